package org.raptiformica.agent.store;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.raptiformica.agent.node.NodeRecord;
import org.raptiformica.agent.reconcile.Reconciler;
import org.raptiformica.agent.reconcile.Step;
import org.raptiformica.consensus.RaftData;

/** Copies of the store that were moved aside on this node: the newest are kept for a person, the others take room. */
public final class OldCopiesReconciler implements Reconciler {

    static final int KEPT = 3;

    private static final Duration PAUSE = Duration.ofHours(1);

    private final RaftData data;
    private final InstantSource clock;
    private Instant nextLook = Instant.MIN;

    /** @param clock one that does not jump */
    public OldCopiesReconciler(RaftData data, InstantSource clock) {
        this.data = data;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "old copies";
    }

    @Override
    public Step reconcile(NodeRecord wanted) {
        Instant now = clock.instant();
        if (now.isBefore(nextLook)) {
            return Step.settled();
        }
        nextLook = now.plus(PAUSE);
        int deleted = data.keepNewest(KEPT);
        return deleted == 0
                ? Step.settled()
                : Step.changed("deleted " + deleted + " old copies of the store, kept the newest " + KEPT);
    }
}
