package org.raptiformica.agent.replica;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.raptiformica.config.Keys;
import org.raptiformica.config.Mapping;
import org.raptiformica.config.Secrets;
import org.raptiformica.consensus.Operations;
import org.raptiformica.consensus.SharedConfig;
import org.raptiformica.consensus.Stored;
import org.raptiformica.consul.Consistency;

/**
 * Keeps this node's replica as the store says. What is followed already costs one small request. Thread-safe: who is told
 * of a change looks at once, and the slow sweep looks too.
 *
 * <p>Throws {@link org.raptiformica.consul.ConsulException} when the store cannot be asked.
 */
public final class Following {

    /** Consul forgets deletions after a quarter of an hour, and the index is then what it was before them. */
    private static final Duration DELETIONS = Duration.ofMinutes(10);

    private final SharedConfig store;
    private final Operations operations;
    private final Replica replica;
    private final Clock clock;
    private long followed;
    private Instant seen = Instant.EPOCH;
    private Mapping taken = Mapping.empty();
    private boolean sameSecrets;

    /** Of the store, into the replica. */
    public Following(SharedConfig store, Operations operations, Replica replica, Clock clock) {
        this.store = store;
        this.operations = operations;
        this.replica = replica;
        this.clock = clock;
    }

    /** What a look at the store found. */
    public enum Found {
        /** There is none in it yet. */
        NO_CONFIG,
        /** All is as this node knew it. */
        NOTHING_NEW,
        /** Others changed what says nothing of the nodes, their links or their store. */
        NEWS,
        /** Something that a node's own parts are made from. */
        NEWS_OF_NODES
    }

    /**
     * Takes over what is new.
     *
     * @throws org.raptiformica.failure.BadData if the store's is not whole
     */
    public synchronized Found look() {
        long index = store.index();
        Instant now = clock.instant();
        if (isFollowed(index, now)
                && replica.current().equals(taken)
                && replica.outbox().isEmpty()) {
            seen = now;
            replica.agreesStill(now);
            return Found.NOTHING_NEW;
        }
        return SharedConfig.whole(store.look(Consistency.DEFAULT))
                .map(stored -> follow(stored, index))
                .orElse(Found.NO_CONFIG);
    }

    /** Whether the store, as this last looked at it, has the secrets that this node knows. */
    public synchronized boolean sameSecrets() {
        return sameSecrets;
    }

    private boolean isFollowed(long index, Instant now) {
        return index == followed && Duration.between(seen, now).abs().compareTo(DELETIONS) < 0;
    }

    private Found follow(Stored stored, long index) {
        Mapping before = replica.current();
        boolean news = replica.take(stored.mapping());
        sameSecrets = Secrets.of(stored.mapping()).equals(Secrets.of(replica.current()));
        if (replica.outbox().isEmpty()) {
            replica.agreed(new Operations.Seen(index, operations.latest()), clock.instant());
            followed = index;
            seen = clock.instant();
            taken = replica.withOwnSecrets(stored.mapping());
        }
        // The store's, as it is: a secret that somebody changed there is not taken over, and has to be put back.
        if (!ofNodes(before).equals(ofNodes(stored.mapping()))) {
            return Found.NEWS_OF_NODES;
        }
        return news ? Found.NEWS : Found.NOTHING_NEW;
    }

    private static Mapping ofNodes(Mapping mapping) {
        return mapping.below(Keys.MESHNET);
    }
}
