package org.raptiformica.agent.departure;

import java.time.Duration;
import java.util.Optional;
import org.raptiformica.agent.node.Node;
import org.raptiformica.consensus.ConsulRole;
import org.raptiformica.consensus.Member;
import org.raptiformica.consensus.RoleKeys;
import org.raptiformica.host.Waiting;

/**
 * The first half of leaving: a server hands over before it goes, so that the store loses no majority with it. Afterwards
 * this node's Consul may leave; the mark is wiped by the elected agent when it has, and by {@link DepartedReconciler}
 * where it has not.
 */
public final class HandOver {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final Node node;

    /** The hand-over of this node. */
    public HandOver(Node node) {
        this.node = node;
    }

    /**
     * Returns when this node is no server any more: at once for a client agent, and for the last node of a cluster, which
     * has nobody to hand over to.
     *
     * @throws org.raptiformica.failure.StepFailed if it takes longer than two minutes; the node then stays what it is
     */
    void run() {
        if (!server() || alone()) {
            return;
        }
        node.consul().kv().put(RoleKeys.leaving(node.meshAddress()), "");
        Waiting.until(
                "another server in place of this node", LIMIT, () -> server() ? Optional.empty() : Optional.of(1));
    }

    /** Takes the mark away: this node stays, and is to be counted on again. */
    public void takeBack() {
        node.consul().kv().delete(RoleKeys.leaving(node.meshAddress()));
    }

    private boolean server() {
        return node.record()
                .filter(record -> record.role() != ConsulRole.CLIENT)
                .isPresent();
    }

    private boolean alone() {
        return node.membership().members().stream().filter(Member::alive).count() < 2;
    }
}
