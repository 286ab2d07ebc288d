package org.raptiformica.agent.replica;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.raptiformica.config.ConfigCache;
import org.raptiformica.config.ConfigOperation;
import org.raptiformica.config.Mapping;
import org.raptiformica.config.Outbox;
import org.raptiformica.config.Secrets;
import org.raptiformica.consensus.Operations;
import org.raptiformica.failure.BadData;

/**
 * This node's copy of the shared config, with the changes on top of it that have not arrived in the store: what the agent
 * works by, in memory and in the cache directory, so that it is there after a reboot and while the store has no leader.
 * Thread-safe.
 */
public final class Replica {

    private final ConfigCache cache;
    private final Outbox outbox;
    private volatile Mapping current;
    private volatile Optional<Instant> asOf;
    private volatile long seenIndex;
    private final Optional<Path> damaged;

    /** Begins with what the cache has; a copy that cannot be read is moved aside. */
    public Replica(ConfigCache cache) {
        this(cache, cache.outbox());
    }

    Replica(ConfigCache cache, Outbox outbox) {
        this.cache = cache;
        this.outbox = outbox;
        this.damaged = setAsideIfDamaged(cache);
        this.current = cache.read().orElse(Mapping.empty());
        this.asOf = outbox.content().asOf();
        this.seenIndex = outbox.content().base();
        onTop();
    }

    /** A copy that cannot be read says nothing; the changes beside it, which nobody else has, are never moved away. */
    private static Optional<Path> setAsideIfDamaged(ConfigCache cache) {
        try {
            cache.read();
            return Optional.empty();
        } catch (BadData damaged) {
            return Optional.of(cache.setAside(Instant.now()));
        }
    }

    /** Where the copy was moved that was damaged when this began. */
    public Optional<Path> damaged() {
        return damaged;
    }

    /** Whether this node had a copy and has none any more. */
    boolean lost() {
        return damaged.isPresent();
    }

    /** The shared config as this node knows it; empty before it has one. */
    public Mapping current() {
        return current;
    }

    /** Whether it has what every shared config has. */
    boolean whole() {
        return current.missingParts().isEmpty();
    }

    /** The changes that have not arrived in the store. */
    public Outbox outbox() {
        return outbox;
    }

    /** The store's index of the shared config as this node last saw it there; 0 where it never did. */
    public long seenIndex() {
        return seenIndex;
    }

    /** When the store was last seen to say this; nothing where that was never. */
    public Optional<Instant> asOf() {
        return asOf;
    }

    /** Takes over what the store says, but for the secrets that this node knows. Returns whether that is news. */
    public synchronized boolean take(Mapping mapping) {
        return begin(withOwnSecrets(mapping));
    }

    /** A mapping with the secrets that this node knows. */
    Mapping withOwnSecrets(Mapping mapping) {
        Mapping kept = mapping;
        for (Map.Entry<String, String> secret : Secrets.of(current).asMap().entrySet()) {
            kept = kept.with(secret.getKey(), secret.getValue());
        }
        return kept;
    }

    /** Takes over what the client says, who lets this node into a cluster. Returns whether that is news. */
    public synchronized boolean begin(Mapping mapping) {
        Mapping wanted = outbox.content().onTopOf(mapping);
        if (wanted.equals(current)) {
            return false;
        }
        current = cache.update(_ -> wanted);
        return true;
    }

    /** Remembers how far the store is, so that what is made here from now on counts as later. */
    void saw(Operations.Seen seen) {
        outbox.saw(seen.index(), seen.latest());
        seenIndex = seen.index();
    }

    /** The same, and that this copy is as the store was then. */
    void agreed(Operations.Seen seen, Instant when) {
        outbox.saw(seen.index(), seen.latest(), when);
        seenIndex = seen.index();
        asOf = Optional.of(when);
    }

    /** The store still says the same. */
    void agreesStill(Instant when) {
        asOf = Optional.of(when);
    }

    /** Keeps operations until they have arrived, and works by them from now on. */
    synchronized void accept(List<ConfigOperation> operations) {
        outbox.accept(operations);
        onTop();
    }

    private void onTop() {
        Mapping wanted = outbox.content().onTopOf(current);
        if (!wanted.equals(current) && wanted.missingParts().isEmpty()) {
            current = cache.update(_ -> wanted);
        }
    }

    /** Reads again what a client has put on the disk; for an agent that has not joined yet. */
    public synchronized void reload() {
        current = cache.read().orElse(current);
    }
}
