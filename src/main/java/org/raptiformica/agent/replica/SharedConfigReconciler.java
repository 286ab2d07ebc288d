package org.raptiformica.agent.replica;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import org.raptiformica.agent.node.NodeRecord;
import org.raptiformica.agent.reconcile.Reconciler;
import org.raptiformica.agent.reconcile.Step;
import org.raptiformica.consensus.ConsulRole;
import org.raptiformica.consensus.Operations;
import org.raptiformica.consensus.SharedConfig;
import org.raptiformica.consul.Consistency;

/**
 * The shared config: a founder puts it into its new store; from then on the store's is what this node works by, and what
 * was changed here without the store goes into it.
 */
public final class SharedConfigReconciler implements Reconciler {

    private static final Duration TIDYING = Duration.ofHours(6);

    private final SharedConfig store;
    private final Operations operations;
    private final SharedChanges changes;
    private final Replica replica;
    private final Following following;
    private final BooleanSupplier elected;
    private final Clock clock;
    private final Path recordFile;
    private Instant tidied;

    /**
     * @param elected whether this is the elected agent, which tidies up for all
     * @param recordFile where a founder that has founded is written down as a server
     */
    public SharedConfigReconciler(
            SharedConfig store,
            Operations operations,
            SharedChanges changes,
            Replica replica,
            Following following,
            BooleanSupplier elected,
            Clock clock,
            Path recordFile) {
        this.store = store;
        this.operations = operations;
        this.changes = changes;
        this.replica = replica;
        this.following = following;
        this.elected = elected;
        this.clock = clock;
        this.recordFile = recordFile;
        this.tidied = clock.instant();
    }

    @Override
    public String name() {
        return "shared config";
    }

    @Override
    public Step reconcile(NodeRecord wanted) {
        boolean founds = wanted.role() == ConsulRole.FOUNDER && replica.whole();
        if (founds && !store.look(Consistency.DEFAULT).whole()) {
            // Also one that an earlier try did not live to put in whole: it takes several transactions.
            store.seed(replica.current());
            return Step.changed("put the shared config into the new store");
        }
        Following.Found found = following.look();
        if (found == Following.Found.NO_CONFIG) {
            return Step.waiting("the shared config in the store");
        }
        int arrived = replica.outbox().isEmpty() ? 0 : changes.flush();
        if (arrived > 0) {
            return Step.changed(
                    "brought " + arrived + " queued change" + (arrived == 1 ? "" : "s") + " into the store");
        }
        // No part that was looked at before this one is made from the rest: while somebody writes all the time, all
        // would be
        // looked at all the time.
        return found == Following.Found.NEWS_OF_NODES ? Step.changed("took over the store's") : settle(wanted);
    }

    /** A founder that has founded is a server like others: with its data lost it must not found a second store. */
    private Step settle(NodeRecord wanted) {
        if (wanted.role() == ConsulRole.FOUNDER) {
            new NodeRecord(wanted.publicKey(), ConsulRole.SERVER).write(recordFile);
            return Step.changed("the store is founded");
        }
        if (elected.getAsBoolean() && clock.instant().isAfter(tidied.plus(TIDYING))) {
            tidied = clock.instant();
            int forgotten = operations.forgetOld();
            return forgotten == 0 ? Step.settled() : Step.changed("forgot " + forgotten + " old operations");
        }
        return Step.settled();
    }
}
