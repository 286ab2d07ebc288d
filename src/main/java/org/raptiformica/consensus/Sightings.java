package org.raptiformica.consensus;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * What was seen of nodes over time: for how long something has been so, and how often it ceased to be. By the monotonic
 * clock, because one that jumps would make every node look long gone. Thread-safe.
 */
final class Sightings {

    /** How far back it is looked when departures are counted. */
    private static final Duration MEMORY = Duration.ofHours(1);

    private final LongSupplier nanoTime;
    private final Map<String, Seen> nodes = new HashMap<>();

    private record Seen(boolean so, long since, List<Long> departures) {}

    Sightings(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** What is seen now; nodes that are not in it are forgotten. */
    synchronized void see(Map<String, Boolean> found) {
        long now = nanoTime.getAsLong();
        nodes.keySet().retainAll(found.keySet());
        found.forEach(
                (node, so) -> nodes.merge(node, new Seen(so, now, List.of()), (before, _) -> next(before, so, now)));
    }

    private static Seen next(Seen before, boolean so, long now) {
        List<Long> departures = new ArrayList<>(before.departures);
        departures.removeIf(then -> now - then > MEMORY.toNanos());
        if (before.so && !so) {
            departures.add(now);
        }
        return new Seen(so, before.so == so ? before.since : now, departures);
    }

    /** For how long it has been as it is; nothing if it was never seen. */
    synchronized Duration since(String node) {
        Seen seen = nodes.get(node);
        return seen == null ? Duration.ZERO : Duration.ofNanos(nanoTime.getAsLong() - seen.since);
    }

    /** How often it ceased, lately. */
    synchronized int departures(String node) {
        Seen seen = nodes.get(node);
        return seen == null ? 0 : seen.departures.size();
    }

    /** Counts as many departures as make a node one that comes and goes. */
    synchronized void distrust(String node) {
        long now = nanoTime.getAsLong();
        nodes.computeIfPresent(node, (_, seen) -> {
            List<Long> departures = new ArrayList<>(seen.departures);
            for (int i = 0; i < Roles.UNSTEADY; i++) {
                departures.add(now);
            }
            return new Seen(seen.so, seen.since, departures);
        });
    }
}
