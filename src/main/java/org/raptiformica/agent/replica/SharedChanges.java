package org.raptiformica.agent.replica;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.raptiformica.cluster.api.Delivery;
import org.raptiformica.config.Change;
import org.raptiformica.config.ConfigOperation;
import org.raptiformica.config.Mapping;
import org.raptiformica.config.Outbox;
import org.raptiformica.config.SharedConfigRules;
import org.raptiformica.config.Stamp;
import org.raptiformica.consensus.Operations;
import org.raptiformica.consensus.SharedConfig;
import org.raptiformica.consensus.StampedConfig;
import org.raptiformica.consensus.Stored;
import org.raptiformica.consul.Consistency;
import org.raptiformica.consul.ConsulException;
import org.raptiformica.failure.BadData;
import org.raptiformica.failure.StepFailed;

/**
 * The way of every change into the store: straight where that answers and nothing waits, else first into the outbox of this
 * node and then, in order, into the store. What was taken here arrives exactly once, whatever becomes of this node's
 * processes and of its connections: nobody is told that it was taken before it is in the store or on this node's disk.
 * Thread-safe.
 */
public final class SharedChanges {

    private final Replica replica;
    private final Operations operations;
    private final Function<List<Change>, StampedConfig> soon;
    private final Clock clock;

    /** Of its own: who holds the lock of this object may be waiting for the store. */
    private final Object stamping = new Object();

    private Stamp last = Stamp.NONE;

    /**
     * @param soon reads what bears on changes in the store with little patience, throwing {@link ConsulException} where it
     *     does not answer: one who wants a change kept need not wait for what cannot succeed
     */
    public SharedChanges(
            Replica replica, Operations operations, Function<List<Change>, StampedConfig> soon, Clock clock) {
        this.replica = replica;
        this.operations = operations;
        this.soon = soon;
        this.clock = clock;
    }

    /**
     * Makes changes in this node's name. They are kept when this returns, whether or not they have arrived.
     *
     * @throws BadData when the shared config may not be changed so, or too much waits already
     */
    public Delivery change(List<Change> changes) {
        SharedConfigRules.check(replica.current(), changes);
        refuseTooMuchWaiting(List.of());
        Optional<StampedConfig> store = look(changes);
        long base = store.map(StampedConfig::index)
                .orElseGet(() -> replica.outbox().content().base());
        Stamp latest = store.map(StampedConfig::greatest).orElse(Stamp.NONE);
        return take(List.of(make(changes, base, latest)), store);
    }

    /** Later than all that came this way, also where it went straight and is in no outbox. */
    private ConfigOperation make(List<Change> changes, long base, Stamp seen) {
        synchronized (stamping) {
            ConfigOperation made = replica.outbox().make(changes, base, seen.or(last));
            last = last.or(made.last());
            return made;
        }
    }

    /**
     * Takes operations that were made elsewhere; those that are here already are taken once. They are kept when this
     * returns, whether or not they have arrived.
     *
     * @throws BadData when the shared config may not be changed so, or too much waits already
     */
    public Delivery deliver(List<ConfigOperation> made) {
        check(made);
        Optional<StampedConfig> store = look(
                made.stream().flatMap(operation -> operation.changes().stream()).toList());
        Outbox.Content known = replica.outbox().content();
        Stamp latest = known.latest().or(store.map(StampedConfig::greatest).orElse(Stamp.NONE));
        long base = store.map(StampedConfig::index).orElse(known.base());
        return take(placed(made, base, latest), store);
    }

    private List<ConfigOperation> placed(List<ConfigOperation> made, long base, Stamp seen) {
        synchronized (stamping) {
            last = last.or(seen);
            List<ConfigOperation> taken = new ArrayList<>();
            for (ConfigOperation operation : made) {
                ConfigOperation one = placed(operation, base, last);
                last = last.or(one.last());
                taken.add(one);
            }
            return taken;
        }
    }

    private Delivery take(List<ConfigOperation> made, Optional<StampedConfig> store) {
        if (store.isPresent() && straight(made, store.get())) {
            return new Delivery(
                    true,
                    made.stream()
                            .map(ConfigOperation::last)
                            .reduce(replica.outbox().content().latest(), Stamp::or));
        }
        replica.accept(made);
        return delivered(made.stream().map(ConfigOperation::id).collect(Collectors.toSet()), store.isPresent());
    }

    /** Whether all of it is in the store; if not some of it may be, and applying it again does no harm. */
    private synchronized boolean straight(List<ConfigOperation> made, StampedConfig store) {
        if (!replica.outbox().isEmpty()) {
            return false;
        }
        try {
            // What was read is as it was before the first of them.
            made.stream().limit(1).forEach(operation -> operations.apply(operation, store));
            made.stream().skip(1).forEach(operations::apply);
            return true;
        } catch (ConsulException | StepFailed later) {
            return false;
        }
    }

    /** One that is here already has been looked at. */
    private void check(List<ConfigOperation> made) {
        Set<String> here = replica.outbox().content().operations().stream()
                .map(ConfigOperation::id)
                .collect(Collectors.toSet());
        List<ConfigOperation> more = made.stream()
                .filter(operation -> !here.contains(operation.id()))
                .toList();
        Mapping mapping = replica.current();
        for (ConfigOperation operation : more) {
            SharedConfigRules.check(mapping, operation.changes());
            mapping = operation.onTopOf(mapping);
        }
        refuseTooMuchWaiting(more);
    }

    /**
     * One that is made at this moment comes after all that is known here, whatever its author's clock says; one that was
     * made before keeps its place, unless it claims to come from the future.
     */
    private ConfigOperation placed(ConfigOperation operation, long base, Stamp latest) {
        boolean now = operation.base() == ConfigOperation.AS_OF_NOW;
        boolean late = operation.at().compareTo(latest) <= 0;
        long future = Math.max(clock.millis(), latest.millis()) + Outbox.MOST_SKEW.toMillis();
        boolean early = operation.at().millis() > future;
        ConfigOperation based = now ? operation.knowing(base) : operation;
        return early || (now && late)
                ? based.madeAt(latest.next(clock.millis(), operation.at().author()))
                : based;
    }

    /** Applies what waits, in order. Returns how many operations there were; throws where the store does not answer. */
    public synchronized int flush() {
        List<ConfigOperation> waiting = replica.outbox().content().operations();
        for (ConfigOperation operation : waiting) {
            operations.apply(operation);
            replica.outbox().remove(Set.of(operation.id()));
        }
        return waiting.size();
    }

    /**
     * What the store says, with what waits here on top: who was told that a change is kept reads it on this node from then
     * on, also in the moment in which the store has a leader again and the change is still on its way. Nothing where the
     * store has no shared config. Throws {@link ConsulException} where it does not answer.
     */
    public Optional<Stored> read(SharedConfig store) {
        List<ConfigOperation> before = replica.outbox().content().operations();
        Optional<Stored> stored = store.read(Consistency.DEFAULT);
        Outbox.Content waiting = replica.outbox().content();
        if (!waiting.operations().equals(before)) {
            // What has arrived meanwhile may have done so after the reading.
            stored = store.read(Consistency.DEFAULT);
        }
        return stored.map(found -> found.with(waiting.onTopOf(found.mapping())));
    }

    /**
     * Lets the store go back to an earlier state. These changes come after it, also where this process ends in between;
     * what waits here goes before it.
     */
    public synchronized void keeping(List<Change> kept, Runnable back) {
        flush();
        replica.saw(operations.look());
        if (kept.isEmpty()) {
            back.run();
            return;
        }
        ConfigOperation made = replica.outbox().record(kept);
        try {
            back.run();
        } catch (BadData refused) {
            replica.outbox().remove(Set.of(made.id()));
            throw refused;
        }
    }

    private Delivery delivered(Set<String> ids, boolean storeAnswered) {
        if (storeAnswered) {
            try {
                flush();
            } catch (ConsulException | StepFailed later) {
                // It is kept, and the reconciler goes on with it.
            }
        }
        Outbox.Content content = replica.outbox().content();
        boolean waits = content.operations().stream().anyMatch(waiting -> ids.contains(waiting.id()));
        return new Delivery(!waits, content.latest());
    }

    private Optional<StampedConfig> look(List<Change> changes) {
        try {
            return Optional.of(soon.apply(changes));
        } catch (ConsulException unwell) {
            return Optional.empty();
        }
    }

    /** What waits is in memory as a whole whenever something is added. */
    private void refuseTooMuchWaiting(List<ConfigOperation> more) {
        long bytes = Stream.concat(replica.outbox().content().operations().stream(), more.stream())
                .mapToLong(operation -> operation.toJson().toString().length())
                .sum();
        if (bytes > SharedConfigRules.MOST_BYTES) {
            throw new BadData(
                    "the outbox of this node",
                    "it would have " + (bytes >> 10) + " KiB of changes that wait for the store",
                    "Wait until the store has a leader again: `raptiformica members` shows who is missing.");
        }
    }
}
