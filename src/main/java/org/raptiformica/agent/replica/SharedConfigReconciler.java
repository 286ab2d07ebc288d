package org.raptiformica.agent.replica;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import org.raptiformica.agent.node.NodeRecord;
import org.raptiformica.agent.reconcile.Reconciler;
import org.raptiformica.agent.reconcile.Step;
import org.raptiformica.config.Mapping;
import org.raptiformica.consensus.ConsulRole;
import org.raptiformica.consensus.Operations;
import org.raptiformica.consensus.SharedConfig;
import org.raptiformica.consensus.Stored;
import org.raptiformica.consul.Consistency;

/**
 * The shared config: a founder puts it into its new store; from then on the store's is what this node works by, and what
 * was changed here without the store goes into it first.
 */
public final class SharedConfigReconciler implements Reconciler {

    private static final Duration TIDYING = Duration.ofHours(6);

    /** Consul forgets deletions after a quarter of an hour, and the index is then what it was before them. */
    private static final Duration DELETIONS = Duration.ofMinutes(10);

    private final SharedConfig store;
    private final Operations operations;
    private final SharedChanges changes;
    private final Replica replica;
    private final BooleanSupplier elected;
    private final Clock clock;
    private final Path recordFile;
    private Instant tidied;
    private long followed;
    private Instant seen = Instant.EPOCH;
    private Mapping taken = Mapping.empty();

    /**
     * @param elected whether this is the elected agent, which tidies up for all
     * @param recordFile where a founder that has founded is written down as a server
     */
    public SharedConfigReconciler(
            SharedConfig store,
            Operations operations,
            SharedChanges changes,
            Replica replica,
            BooleanSupplier elected,
            Clock clock,
            Path recordFile) {
        this.store = store;
        this.operations = operations;
        this.changes = changes;
        this.replica = replica;
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
        long index = store.index();
        Instant now = clock.instant();
        if (isFollowed(index, now)
                && replica.current().equals(taken)
                && replica.outbox().isEmpty()) {
            seen = now;
            replica.agreesStill(now);
            return settle(wanted);
        }
        Stored found = store.look(Consistency.DEFAULT);
        if (wanted.role() == ConsulRole.FOUNDER && !found.whole() && replica.whole()) {
            // Also one that an earlier try did not live to put in whole: it takes several transactions.
            store.seed(replica.current());
            return Step.changed("put the shared config into the new store");
        }
        return SharedConfig.whole(found)
                .map(stored -> follow(stored, index, wanted))
                .orElseGet(() -> Step.waiting("the shared config in the store"));
    }

    private boolean isFollowed(long index, Instant now) {
        return index == followed && Duration.between(seen, now).abs().compareTo(DELETIONS) < 0;
    }

    private Step follow(Stored found, long index, NodeRecord wanted) {
        int arrived = replica.outbox().isEmpty() ? 0 : changes.flush();
        if (arrived > 0) {
            return Step.changed(
                    "brought " + arrived + " queued change" + (arrived == 1 ? "" : "s") + " into the store");
        }
        boolean news = replica.take(found.mapping());
        replica.agreed(new Operations.Seen(index, operations.latest()), clock.instant());
        followed = index;
        seen = clock.instant();
        taken = replica.current();
        return news ? Step.changed("took over the store's") : settle(wanted);
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
