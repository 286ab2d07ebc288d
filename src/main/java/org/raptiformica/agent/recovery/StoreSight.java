package org.raptiformica.agent.recovery;

import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.raptiformica.agent.node.Node;
import org.raptiformica.agent.store.Announced;
import org.raptiformica.consensus.Announcement;
import org.raptiformica.consensus.Member;
import org.raptiformica.consul.Consistency;

/** What this node's Consul shows of the store, with little patience. */
record StoreSight(Node node, Announced announced) implements QuorumReconciler.Sight {

    @Override
    public String self() {
        return node.meshAddress();
    }

    @Override
    public boolean leader() {
        return node.hasLeader();
    }

    /** Any server may answer; one without a leader answers itself. */
    @Override
    public List<KnownServer> servers() {
        return node.leaderProbe().raft().configuration(Consistency.STALE).stream()
                .map(KnownServer::of)
                .toList();
    }

    @Override
    public Set<String> successors() {
        InetAddress self = node.engine().ensureIdentity().address();
        return announced
                .latest()
                .filter(news ->
                        news.replaces(self, node.leaderProbe().agent().self().lastIndex()))
                .map(Announcement::voters)
                .orElse(Set.of())
                .stream()
                .map(InetAddress::getHostAddress)
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public List<Member> members() {
        return node.membership().members();
    }
}
