package org.raptiformica.consensus;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.raptiformica.config.Change;
import org.raptiformica.config.ConfigOperation;
import org.raptiformica.config.Outbox;
import org.raptiformica.config.Stamp;
import org.raptiformica.consul.KeyValue;
import org.raptiformica.consul.Operation;
import org.raptiformica.consul.Transaction;
import org.raptiformica.failure.StepFailed;

/**
 * Applies operations to the shared config in the store, each exactly once whoever brings it and however often: its id is
 * written in the transaction that completes it. Thread-safe.
 *
 * <p>Throws {@link org.raptiformica.consul.ConsulException} when the store is not there, and then nothing is known: calling
 * again is always right.
 */
public final class Operations {

    /** How long ids of applied operations and stamps are kept. */
    public static final Duration RETENTION = Duration.ofDays(30);

    private static final Duration DAY = Duration.ofDays(1);
    private static final int MOST_ATTEMPTS = 100;

    private final OperationStore store;
    private final Clock clock;

    /** On this store. */
    public Operations(OperationStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /**
     * How far the store is, for who makes operations later.
     *
     * @param index that of the shared config, no less than the modify index of any of its keys
     * @param latest the greatest stamp
     */
    public record Seen(long index, Stamp latest) {}

    /** How far the store is now. */
    public Seen look() {
        long index = store.indexBelow(SharedConfig.PREFIX);
        return new Seen(index, latest());
    }

    /** The greatest stamp now. */
    public Stamp latest() {
        return StampedConfig.greatest(store);
    }

    /** What bears on changes as it is now, in one request: for who makes an operation of them and applies it at once. */
    public StampedConfig read(List<Change> changes) {
        return StampedConfig.read(store, changes);
    }

    /** Whether an operation has been applied; after {@link #RETENTION} nobody knows any more. */
    public boolean isApplied(String id) {
        return store.get(StampedConfig.APPLIED + id).isPresent();
    }

    /**
     * Applies an operation, unless that has been done. When this returns all of it is in the store, as far as no later
     * change says otherwise. Up to about thirty keys change all at once, more in parts.
     *
     * @throws StepFailed when others changed the same keys again and again
     */
    public void apply(ConfigOperation operation) {
        apply(operation, read(operation.changes()));
    }

    /**
     * The same, where what bears on it was read before. However long ago that was, nothing depends on it but how many
     * requests are needed: usually one, which does not succeed where the operation had been applied.
     */
    public void apply(ConfigOperation operation, StampedConfig before) {
        StampedConfig found = before;
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            if (attempt(operation, found) || isApplied(operation.id())) {
                return;
            }
            found = read(operation.changes());
        }
        throw new StepFailed(
                "the shared config in Consul",
                "others wrote the same keys " + MOST_ATTEMPTS + " times in between",
                "It is tried again.");
    }

    private boolean attempt(ConfigOperation made, StampedConfig found) {
        Optional<Stamp> begun =
                Optional.ofNullable(found.begun().get(made.id())).map(StampedConfig.Entry::at);
        ConfigOperation operation = begun.map(made::madeAt).orElseGet(() -> bounded(made, found.greatest()));
        SortedMap<String, Stamp> deletions = Merge.deletionsToEnter(found, operation);
        List<List<Operation>> transactions = transactions(found, operation);
        if (begun.isEmpty() && (!deletions.isEmpty() || transactions.size() > 1)) {
            begin(found, operation);
            return false;
        }
        if (!deletions.isEmpty()) {
            // First of all: from then on nobody sets older keys below it, so what is deleted next is all there is.
            enter(found, deletions);
            return false;
        }
        return transactions.stream().allMatch(this::commit);
    }

    /** Whoever completes what was done in parts does so with the same stamp, also where the operation came another way. */
    private void begin(StampedConfig found, ConfigOperation operation) {
        List<Operation> begin = new ArrayList<>(List.of(
                new Operation.CheckAbsent(StampedConfig.APPLIED + operation.id()),
                new Operation.SetIf(
                        StampedConfig.BEGUN + operation.id(), operation.at().text(), 0)));
        // Before any of its stamps is to be seen.
        latest(found, operation).ifPresent(begin::add);
        commit(begin);
    }

    /** A stamp from a clock that is far ahead would win for as long: such an operation counts as made on its arrival. */
    private ConfigOperation bounded(ConfigOperation operation, Stamp latest) {
        long now = Math.max(clock.millis(), latest.millis());
        boolean ahead = operation.at().millis() > now + Outbox.MOST_SKEW.toMillis();
        return ahead
                ? operation.madeAt(latest.next(clock.millis(), operation.at().author()))
                : operation;
    }

    private void enter(StampedConfig found, SortedMap<String, Stamp> deletions) {
        List<Operation> entries = new ArrayList<>();
        deletions.forEach((prefix, at) -> {
            StampedConfig.Entry present = found.below().get(prefix);
            long index = present == null ? 0 : present.modifyIndex();
            entries.add(new Operation.SetIf(StampedConfig.belowKey(prefix), at.text(), index));
            // A text of its own each time: a write that changes nothing leaves the modify index as it is.
            entries.add(new Operation.Set(StampedConfig.HEAD, at.text()));
        });
        Transaction.chunks(entries).forEach(this::commit);
    }

    private List<List<Operation>> transactions(StampedConfig found, ConfigOperation operation) {
        Operation guard = found.head() == 0
                ? new Operation.CheckAbsent(StampedConfig.HEAD)
                : new Operation.CheckIndex(StampedConfig.HEAD, found.head());
        List<List<Operation>> groups = new ArrayList<>(Merge.writes(found, operation));
        groups.add(end(found, operation));
        List<List<Operation>> transactions = new ArrayList<>();
        List<Operation> current = new ArrayList<>(List.of(guard));
        for (List<Operation> group : groups) {
            List<Operation> more = new ArrayList<>(current);
            more.addAll(group);
            if (Transaction.chunks(more).size() > 1) {
                transactions.add(List.copyOf(current));
                current = new ArrayList<>(List.of(guard));
            }
            current.addAll(group);
        }
        transactions.add(List.copyOf(current));
        return transactions;
    }

    private static List<Operation> end(StampedConfig found, ConfigOperation operation) {
        List<Operation> end = new ArrayList<>(List.of(
                new Operation.Delete(StampedConfig.BEGUN + operation.id()),
                new Operation.CheckAbsent(StampedConfig.APPLIED + operation.id()),
                new Operation.Set(
                        StampedConfig.APPLIED + operation.id(), operation.at().text())));
        latest(found, operation).ifPresent(end::add);
        return end;
    }

    /** What makes this operation's last stamp its author's; nothing where a later one is. */
    private static Optional<Operation> latest(StampedConfig found, ConfigOperation operation) {
        String author = operation.at().author();
        StampedConfig.Entry known = found.lastOfAuthors().get(author);
        if (known != null && known.at().compareTo(operation.last()) >= 0) {
            return Optional.empty();
        }
        long index = known == null ? 0 : known.modifyIndex();
        return Optional.of(new Operation.SetIf(
                StampedConfig.latestKey(author), operation.last().text(), index));
    }

    private boolean commit(List<Operation> operations) {
        return store.transact(operations) instanceof Transaction.Result.Committed;
    }

    /**
     * Forgets the ids and stamps of operations that arrived more than {@link #RETENTION} ago; returns how many. An operation
     * that waited longer than that in an outbox is applied all the same, but finds no trace of what happened before. To be
     * called by one node of the cluster now and then.
     */
    public int forgetOld() {
        Optional<KeyValue> last = lastOldDay();
        if (last.isEmpty()) {
            return 0;
        }
        List<Operation> old = store.getBelow(StampedConfig.ROOT).stream()
                .filter(entry -> !entry.key().equals(StampedConfig.HEAD))
                .filter(entry -> entry.modifyIndex() <= last.get().modifyIndex())
                .<Operation>map(entry -> new Operation.DeleteIf(entry.key(), entry.modifyIndex()))
                .toList();
        // One that changed meanwhile is not old any more; its part waits for the next time.
        Transaction.chunks(old).forEach(this::commit);
        return old.size();
    }

    /**
     * The youngest day that is over for long enough. Each day leaves a key, whose modify index says how far the store was
     * then: a clock that is wrong by a month makes one day of its own, and not everything old.
     */
    private Optional<KeyValue> lastOldDay() {
        long now = clock.millis();
        List<KeyValue> days = new ArrayList<>();
        for (KeyValue day : store.getBelow(StampedConfig.DAYS)) {
            if (millis(day) > now + Outbox.MOST_SKEW.toMillis()) {
                // By a clock that was ahead: no day would begin until then.
                commit(List.of(new Operation.DeleteIf(day.key(), day.modifyIndex())));
            } else {
                days.add(day);
            }
        }
        days.sort(Comparator.comparingLong(Operations::millis));
        if (days.isEmpty() || now - millis(days.getLast()) >= DAY.toMillis()) {
            commit(List.of(new Operation.Set(StampedConfig.DAYS + now, "")));
        }
        int begun = Math.toIntExact(RETENTION.toDays());
        return days.size() > begun ? Optional.of(days.get(days.size() - begun - 1)) : Optional.empty();
    }

    private static long millis(KeyValue day) {
        String name = day.key().substring(StampedConfig.DAYS.length());
        return name.matches("[0-9]{1,15}") ? Long.parseLong(name) : 0;
    }
}
