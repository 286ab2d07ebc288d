package org.raptiformica.consensus;

import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.List;
import org.raptiformica.consul.ConsulClient;
import org.raptiformica.consul.ConsulException;

/**
 * Who belongs to the cluster, as the Consul of this node sees it; works without a leader. Throws
 * {@link org.raptiformica.consul.ConsulException}. Thread-safe.
 */
public final class Membership {

    private final ConsulClient consul;

    /** Through this node's Consul. */
    public Membership(ConsulClient consul) {
        this.consul = consul;
    }

    /** All members, this node too, in order of their names. */
    public List<Member> members() {
        return consul.agent().members().stream()
                .map(Member::of)
                .sorted(Comparator.comparing(Member::node))
                .toList();
    }

    /**
     * Joins the cluster of another member; joining one's own again does no harm.
     *
     * @throws org.raptiformica.consul.ConsulException.Refused if it does not answer or has another key
     */
    public void join(InetSocketAddress gossip) {
        consul.agent().join(GossipAddress.text(gossip));
    }

    /** Declares a failed member to have left, and forgets it, if there is one. Who comes back is a member again. */
    public void forceLeave(String node) {
        try {
            consul.agent().forceLeaveAndPrune(node);
        } catch (ConsulException.Refused refused) {
            if (!refused.body().contains("No node found")) {
                throw refused;
            }
        }
    }
}
