package org.raptiformica.agent.departure;

import java.time.Duration;
import java.util.Optional;
import org.raptiformica.agent.node.Node;
import org.raptiformica.consensus.ConsulRole;
import org.raptiformica.consensus.Member;
import org.raptiformica.consensus.RoleKeys;
import org.raptiformica.consul.ConsulException;
import org.raptiformica.host.Waiting;

/**
 * The first half of leaving: a server hands over before it goes, so that the store loses no majority with it. Afterwards
 * this node's Consul may leave; the mark is wiped by the elected agent when it has, and by {@link DepartedReconciler}
 * where it has not.
 */
public final class HandOver {

    /** Servers go one at a time, ten to twenty seconds each, and there are five at most. */
    private static final Duration LIMIT = Duration.ofMinutes(4);

    private final Node node;

    /** The hand-over of this node. */
    public HandOver(Node node) {
        this.node = node;
    }

    /**
     * Returns when this node is no server and will not be made one: soon for a client agent. So is it for the last node of a
     * cluster, which has nobody to hand over to, and for the last of several that leave at the same time.
     *
     * @throws org.raptiformica.failure.StepFailed if it takes longer than four minutes; the node then stays what it is
     */
    void run() {
        if (alone()) {
            return;
        }
        StoreOutage.bridge(() -> node.consul().kv().put(RoleKeys.leaving(node.meshAddress()), ""));
        Waiting.until(
                "another server in place of this node",
                LIMIT,
                () -> server() && !alone() ? Optional.empty() : Optional.of(1));
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

    /** Not told by a Consul that is just starting anew for another role. */
    private boolean alone() {
        try {
            return node.membership().members().stream().filter(Member::alive).count() < 2;
        } catch (ConsulException starting) {
            return false;
        }
    }
}
