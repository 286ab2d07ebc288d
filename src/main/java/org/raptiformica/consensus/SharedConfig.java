package org.raptiformica.consensus;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.raptiformica.config.Change;
import org.raptiformica.config.Keys;
import org.raptiformica.config.Mapping;
import org.raptiformica.consul.BlockingQuery;
import org.raptiformica.consul.Consistency;
import org.raptiformica.consul.ConsulClient;
import org.raptiformica.consul.KeyValue;
import org.raptiformica.consul.KeyValueStore;
import org.raptiformica.consul.Operation;
import org.raptiformica.consul.Transaction;
import org.raptiformica.failure.BadData;
import org.raptiformica.failure.StepFailed;

/**
 * The shared config in Consul: the keys below {@code raptiformica/}, and none of {@code raptiformica_map/} and the like.
 * Every write is compare-and-set, so it never undoes what another wrote in between. Thread-safe.
 *
 * <p>Throws {@link org.raptiformica.consul.ConsulException} when Consul cannot be asked.
 */
public final class SharedConfig {

    /** With the slash, without which it would match {@code raptiformica_map/} too. */
    static final String PREFIX = Keys.ROOT + "/";

    private static final String WHERE = "the shared config in Consul";
    private static final int MOST_ATTEMPTS = 20;

    private final OperationStore store;

    /** Through this node's Consul. */
    public SharedConfig(ConsulClient consul) {
        this(OperationStore.in(consul));
    }

    /** In this store. */
    public SharedConfig(OperationStore store) {
        this.store = store;
    }

    /**
     * The whole of it; empty if there is none yet.
     *
     * @throws BadData if there is something, but without {@code server}, {@code compute} and {@code platform}
     */
    public Optional<Stored> read(Consistency consistency) {
        return whole(look(consistency));
    }

    /**
     * What was read, empty if that is nothing.
     *
     * @throws BadData if it is something, but without {@code server}, {@code compute} and {@code platform}
     */
    public static Optional<Stored> whole(Stored stored) {
        if (stored.mapping().isEmpty()) {
            return Optional.empty();
        }
        if (!stored.whole()) {
            throw new BadData(
                    WHERE,
                    "it has " + stored.mapping().size() + " keys, but not all of server, compute and platform",
                    "Look at it with `consul kv get -keys " + PREFIX + "`; a node's or client's cache may be whole.");
        }
        return Optional.of(stored);
    }

    /** Another one after every change; whoever has read the shared config since it was this need not read it again. */
    public long index() {
        return store.indexBelow(PREFIX);
    }

    /**
     * A query that is answered whenever something in the shared config changed, in few bytes however large it is.
     *
     * @param wait the longest time that a request waits at Consul for a change
     */
    public static BlockingQuery<List<String>> changes(ConsulClient consul, Duration wait) {
        KeyValueStore store = consul.kv();
        return new BlockingQuery<>(read -> store.children(PREFIX, read), Consistency.DEFAULT, wait);
    }

    /** Whatever is there, whole or not. */
    public Stored look(Consistency consistency) {
        return Stored.of(store.getBelow(PREFIX, consistency));
    }

    /** Writes the keys that are not there yet and leaves the others as they are; two may do it at once. */
    public void seed(Mapping mapping) {
        write(stored -> mapping.asMap().entrySet().stream()
                .filter(entry -> stored.mapping().get(entry.getKey()).isEmpty())
                .<Change>map(entry -> new Change.Set(entry.getKey(), entry.getValue()))
                .toList());
    }

    /** What a key says. */
    public Optional<String> value(String key) {
        return store.get(checked(key)).map(KeyValue::text);
    }

    /** Sets a key. */
    public void set(String key, String value) {
        write(_ -> List.of(new Change.Set(key, value)));
    }

    /** Deletes a key, if it is there; keys below it stay. */
    public void delete(String key) {
        write(_ -> List.of(new Change.Delete(key)));
    }

    /** Deletes all keys below a prefix. */
    public void deleteBelow(String prefix) {
        write(_ -> List.of(new Change.DeleteBelow(prefix)));
    }

    /**
     * Makes the changes that {@code wanted} finds for what is there, and asks again whenever somebody else wrote one of
     * the same keys first.
     *
     * @param guards put before each part, such as {@link Lead#guard}; one that fails counts as such a write
     * @throws StepFailed if that happened twenty times
     */
    public void write(Function<Stored, List<Change>> wanted, Operation... guards) {
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            Stored seen = look(Consistency.DEFAULT);
            if (apply(wanted.apply(seen), seen, guards)) {
                return;
            }
        }
        throw new StepFailed(WHERE, "others wrote the same keys " + MOST_ATTEMPTS + " times in between", "Try again.");
    }

    /**
     * Makes changes if none of the keys that they touch has been written since {@code seen}; says no otherwise. Up to 64
     * keys and 512 KiB are changed all or none; more are changed in parts, and after a "no" some may have been: asking
     * again with what is there then makes the rest.
     *
     * @param guards put before each part, such as {@link Lead#guard}
     * @throws IllegalArgumentException for a key that is not below {@code raptiformica/}, or a value that is too long for
     *     a transaction (about 390,000 bytes)
     */
    public boolean apply(List<Change> changes, Stored seen, Operation... guards) {
        List<Operation> operations = operations(changes, seen);
        return Transaction.chunks(List.of(guards), operations).stream()
                .allMatch(part -> store.transact(part) instanceof Transaction.Result.Committed);
    }

    /** One operation a key: the last change of it counts. A key that is so already needs none. */
    private static List<Operation> operations(List<Change> changes, Stored seen) {
        Map<String, Optional<String>> wanted = new TreeMap<>();
        for (Change change : changes) {
            switch (change) {
                case Change.Set(String key, String value) -> wanted.put(checked(key), Optional.of(value));
                case Change.Delete(String key) -> wanted.put(checked(key), Optional.empty());
                case Change.DeleteBelow(String prefix) -> {
                    Mapping below = seen.mapping().below(checked(prefix));
                    below.asMap().keySet().forEach(key -> wanted.put(key, Optional.empty()));
                    wanted.replaceAll((key, value) -> key.startsWith(withSlash(prefix)) ? Optional.empty() : value);
                }
            }
        }
        List<Operation> operations = new ArrayList<>();
        wanted.forEach((key, value) -> operation(key, value, seen).ifPresent(operations::add));
        return operations;
    }

    private static Optional<Operation> operation(String key, Optional<String> value, Stored seen) {
        if (value.equals(seen.mapping().get(key))) {
            return Optional.empty();
        }
        long index = seen.modifyIndex(key);
        return Optional.of(value.<Operation>map(text -> new Operation.SetIf(key, text, index))
                .orElseGet(() -> new Operation.DeleteIf(key, index)));
    }

    private static String withSlash(String prefix) {
        return prefix.endsWith("/") ? prefix : prefix + "/";
    }

    private static String checked(String key) {
        if (!Mapping.accepts(key)) {
            throw new IllegalArgumentException("key '" + key + "' is not below " + PREFIX);
        }
        return key;
    }
}
