package org.raptiformica.consensus;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.raptiformica.consul.Answer;
import org.raptiformica.consul.BlockingQuery;
import org.raptiformica.consul.Consistency;
import org.raptiformica.consul.ConsulClient;
import org.raptiformica.consul.ConsulException;
import org.raptiformica.consul.KeyValue;
import org.raptiformica.consul.KeyValueStore;
import org.raptiformica.consul.Session;
import org.raptiformica.consul.Sessions;

/**
 * Takes part in the election of the one agent of a cluster that decides: the one whose Consul session holds the lock of
 * a key. The session must be renewed and ends when Consul sees the node fail.
 *
 * <p>Never two lead at once by their own belief: who cannot renew stops believing after {@link #TERM} on the monotonic
 * clock, counted from before the last renewal was sent, and Consul's lock delay keeps others out as long. Should clocks
 * or a change of Consul's leader defeat that, {@link Lead#guard} makes the store refuse. Thread-safe.
 */
public final class Election implements AutoCloseable {

    /** For how long a lead is sure without renewal; Consul's shortest. */
    public static final Duration TERM = Duration.ofSeconds(10);

    private static final Duration RENEWAL = TERM.dividedBy(3);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    /** A query that hangs at a server that lost its power says nothing: no longer than that may pass. */
    private static final Duration VACANCY = Duration.ofSeconds(10);

    /** All candidates hear of a vacancy in the same moment. */
    private static final Duration MOST_HESITATION = Duration.ofSeconds(1);

    private final Sessions sessions;
    private final KeyValueStore store;
    private final String key;
    private final String candidate;
    private final Consumer<Optional<Lead>> changed;
    private final AtomicReference<Held> held = new AtomicReference<>(Held.NOTHING);
    private final Thread campaign;

    private record Held(Optional<Lead> lead, long sureUntilNanos) {
        static final Held NOTHING = new Held(Optional.empty(), 0);
    }

    /**
     * Takes part from now on, on a virtual thread.
     *
     * @param key outside of {@code raptiformica/}, which is the shared config; it must never be deleted, for that
     *     would start the fencing tokens anew
     * @param candidate who this is, for people who look at the key
     * @param changed told of every beginning and end of this one's lead, from the virtual thread; it must not block
     */
    public static Election enter(ConsulClient consul, String key, String candidate, Consumer<Optional<Lead>> changed) {
        Election election = new Election(consul, key, candidate, changed);
        election.campaign.start();
        return election;
    }

    private Election(ConsulClient consul, String key, String candidate, Consumer<Optional<Lead>> changed) {
        this.sessions = consul.sessions();
        this.store = consul.kv();
        this.key = key;
        this.candidate = candidate;
        this.changed = changed;
        this.campaign = Thread.ofVirtual().name("election").unstarted(this::run);
    }

    /** The lead, if this is the elected one, now and beyond doubt. */
    public Optional<Lead> lead() {
        Held now = held.get();
        return System.nanoTime() - now.sureUntilNanos < 0 ? now.lead : Optional.empty();
    }

    /** Stops taking part, and gives the lead back at once so that another may have it. */
    @Override
    public void close() {
        campaign.interrupt();
        try {
            campaign.join(ConsulClient.USUAL_LIMIT);
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                awaitVacancy();
                String session = sessions.create(
                        "raptiformica " + candidate,
                        Session.Terms.usual().withTtl(TERM).withLockDelay(TERM));
                campaignWith(session);
            } catch (ConsulException.Interrupted closing) {
                Thread.currentThread().interrupt();
            } catch (ConsulException unwell) {
                pause(PAUSE);
            }
        }
    }

    /** A session has to be renewed across the mesh for as long as it lasts: nobody has one while another leads. */
    private void awaitVacancy() {
        BlockingQuery<Optional<KeyValue>> lock =
                new BlockingQuery<>(read -> store.get(key, read), Consistency.DEFAULT, VACANCY);
        do {
            while (isHeld(lock.next().value())) {
                // The next answer comes with the next change, or when the wait is over.
            }
            pause(Duration.ofMillis(ThreadLocalRandom.current().nextLong(MOST_HESITATION.toMillis())));
        } while (isHeld(store.get(key)));
    }

    private static boolean isHeld(Optional<KeyValue> lock) {
        return lock.flatMap(KeyValue::session).isPresent();
    }

    /** Until the session ends, or another leads. */
    private void campaignWith(String session) {
        BlockingQuery<Optional<KeyValue>> lock =
                new BlockingQuery<>(read -> store.get(key, read), Consistency.DEFAULT, RENEWAL);
        boolean lasts = true;
        while (lasts && !Thread.currentThread().isInterrupted()) {
            try {
                lasts = round(session, lock);
            } catch (ConsulException.Interrupted closing) {
                Thread.currentThread().interrupt();
            } catch (ConsulException unwell) {
                pause(PAUSE);
            }
            endIfUnsure();
        }
        lose();
        if (lasts) {
            resign(session);
        }
    }

    /** Renews, looks who holds the lock, and takes it if nobody does; says whether the session is of use any more. */
    private boolean round(String session, BlockingQuery<Optional<KeyValue>> lock) {
        long asked = System.nanoTime();
        if (!sessions.renew(session)) {
            return false;
        }
        prolong(asked);
        Answer<Optional<KeyValue>> entry = lock.next();
        Optional<String> holder = entry.value().flatMap(KeyValue::session);
        if (holder.isEmpty()) {
            lose();
            if (!store.acquire(key, candidate, session)) {
                pause(PAUSE);
            }
        } else if (holder.get().equals(session)) {
            win(new Lead(key, session, entry.value().orElseThrow().lockIndex()), asked);
        } else {
            lose();
            sessions.destroy(session);
            return false;
        }
        return true;
    }

    private void prolong(long asked) {
        held.updateAndGet(now -> now.lead.isPresent() ? new Held(now.lead, asked + TERM.toNanos()) : now);
    }

    private void win(Lead lead, long asked) {
        Held before = held.getAndSet(new Held(Optional.of(lead), asked + TERM.toNanos()));
        if (!before.lead.equals(Optional.of(lead))) {
            changed.accept(Optional.of(lead));
        }
    }

    private void endIfUnsure() {
        if (lead().isEmpty()) {
            lose();
        }
    }

    private void lose() {
        if (held.getAndSet(Held.NOTHING).lead.isPresent()) {
            changed.accept(Optional.empty());
        }
    }

    /** Destroying the session would start the lock delay: the lock is given back first. */
    private void resign(String session) {
        boolean interrupted = Thread.interrupted();
        try {
            store.release(key, "", session);
            sessions.destroy(session);
        } catch (ConsulException unwell) {
            // The session ends by itself then.
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void pause(Duration pause) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        }
    }
}
