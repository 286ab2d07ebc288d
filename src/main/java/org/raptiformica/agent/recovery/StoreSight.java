package org.raptiformica.agent.recovery;

import java.util.List;
import org.raptiformica.agent.node.Node;
import org.raptiformica.consensus.Member;
import org.raptiformica.consul.Consistency;

/** What this node's Consul shows of the store, with little patience. */
record StoreSight(Node node) implements QuorumReconciler.Sight {

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
    public List<Member> members() {
        return node.membership().members();
    }
}
