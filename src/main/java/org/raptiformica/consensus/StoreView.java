package org.raptiformica.consensus;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.raptiformica.consul.Autopilot;
import org.raptiformica.consul.Consistency;
import org.raptiformica.consul.ConsulClient;
import org.raptiformica.consul.KeyValue;
import org.raptiformica.consul.RaftServer;

/**
 * The servers of the store and all who could be, at one moment.
 *
 * @param members as this node's gossip sees them
 * @param raft the store's own configuration
 * @param told what nodes were told to be; not all were told anything
 * @param leaving nodes that are about to leave
 * @param unwell ids of servers that autopilot finds wanting
 */
public record StoreView(
        List<Member> members,
        List<RaftServer> raft,
        Map<String, ConsulRole> told,
        Set<String> leaving,
        Set<String> unwell) {

    /** What this node's Consul and the leader say now; throws {@link org.raptiformica.consul.ConsulException}. */
    public static StoreView of(ConsulClient consul, Membership membership) {
        List<KeyValue> keys = consul.kv().getBelow(RoleKeys.PREFIX);
        return new StoreView(
                membership.members(),
                consul.raft().configuration(Consistency.DEFAULT),
                RoleKeys.told(keys),
                RoleKeys.leaving(keys),
                consul.raft().health().servers().stream()
                        .filter(server -> !server.healthy())
                        .map(Autopilot.Server::id)
                        .collect(Collectors.toSet()));
    }

    /** The place of a node in the store's configuration, if it has one. */
    public Optional<RaftServer> raftServer(String node) {
        return raft.stream().filter(server -> node(server).equals(node)).findFirst();
    }

    Optional<Member> member(String node) {
        return members.stream().filter(member -> member.node().equals(node)).findFirst();
    }

    /** The node that a server is; by its address, as a server that nobody knows any more has no name. */
    public String node(RaftServer server) {
        String address = RaftAddress.hostText(server.address());
        return members.stream()
                .filter(member -> same(member.address(), address))
                .map(Member::node)
                .findFirst()
                .orElse(address);
    }

    /** As addresses, for an IPv6 address has several ways to be written. */
    private static boolean same(String one, String other) {
        try {
            return InetAddress.ofLiteral(one).equals(InetAddress.ofLiteral(other));
        } catch (IllegalArgumentException noAddress) {
            return one.equals(other);
        }
    }
}
