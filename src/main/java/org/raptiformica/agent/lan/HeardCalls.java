package org.raptiformica.agent.lan;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which nodes were heard on the local network of late, and where. A few of them only: where a whole network calls at once
 * links with some of it are enough for the store to tell the rest. Thread-safe.
 */
public final class HeardCalls {

    /**
     * For how long a node is remembered after its last call: longer than it takes until nodes that are away do not count
     * in the choice of links any more, so that those who found each other so stay linked by that choice.
     */
    static final Duration MEMORY = Duration.ofMinutes(3);

    /** As many nodes are remembered at most; while they are, no other is. */
    static final int MOST_NODES = 8;

    /** As many places of a node are remembered at most, those that it called from last. */
    static final int MOST_PLACES = 3;

    private final InstantSource clock;
    private final Map<String, LinkedHashMap<HeardAt, Instant>> heard = new TreeMap<>();

    /** @param clock one that does not jump */
    public HeardCalls(InstantSource clock) {
        this.clock = clock;
    }

    /** Remembers where a node was heard. Returns whether that is news to act upon. */
    synchronized boolean heard(String publicKey, HeardAt place) {
        forgetOld();
        if (!heard.containsKey(publicKey) && heard.size() >= MOST_NODES) {
            return false;
        }
        LinkedHashMap<HeardAt, Instant> places = heard.computeIfAbsent(publicKey, _ -> new LinkedHashMap<>());
        int before = places.size();
        places.put(place, clock.instant());
        boolean more = places.size() > before;
        if (places.size() > MOST_PLACES) {
            // Somebody may say so as often as he likes: nobody hurries for it.
            forgetOldest(places);
            return false;
        }
        return more;
    }

    /**
     * The places where nodes were heard, by public key, the newest first; further calls from one do not change that order,
     * for whoever tries them goes on from one to the next.
     */
    public synchronized Map<String, List<HeardAt>> places() {
        forgetOld();
        Map<String, List<HeardAt>> all = new TreeMap<>();
        heard.forEach(
                (key, places) -> all.put(key, new ArrayList<>(places.reversed().sequencedKeySet())));
        return all;
    }

    private static void forgetOldest(Map<HeardAt, Instant> places) {
        places.entrySet().stream()
                .min(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .ifPresent(places::remove);
    }

    private void forgetOld() {
        Instant oldest = clock.instant().minus(MEMORY);
        heard.values().forEach(places -> places.values().removeIf(at -> !at.isAfter(oldest)));
        heard.values().removeIf(Map::isEmpty);
    }
}
