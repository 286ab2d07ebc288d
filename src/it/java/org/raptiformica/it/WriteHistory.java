package org.raptiformica.it;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What clients wrote while things happened, and what they were told of it. Thread-safe. */
final class WriteHistory {

    /** What a client knows of its write. */
    enum Outcome {
        /** It is in the store. */
        STORED,
        /** The node keeps it and will not lose it; in the store it is not yet. */
        KEPT,
        /** It was told nothing, or that it did not work: the write may be there or not. */
        UNKNOWN
    }

    /** One write, or, without a value, one deletion. */
    record Write(String key, Optional<String> value, long begin, long end, Outcome outcome) {

        private boolean acknowledged() {
            return outcome != Outcome.UNKNOWN;
        }

        /** Whoever made the other could know of this one: the other counts. */
        private boolean before(Write other) {
            return acknowledged() && end < other.begin;
        }

        Duration took() {
            return Duration.ofNanos(end - begin);
        }
    }

    private final List<Write> writes = new ArrayList<>();

    synchronized void add(Write write) {
        writes.add(write);
    }

    synchronized int count(Outcome outcome) {
        return (int) writes.stream().filter(write -> write.outcome() == outcome).count();
    }

    /** How long the writes took that the store took between two moments, in order. */
    synchronized List<Duration> stored(long from, long to) {
        return writes.stream()
                .filter(write -> write.outcome() == Outcome.STORED && write.end() > from && write.end() <= to)
                .map(Write::took)
                .sorted()
                .toList();
    }

    /** The longest time between two moments in which the store took no write. */
    synchronized Duration silence(long from, long to) {
        List<Long> ends = writes.stream()
                .filter(write -> write.outcome() == Outcome.STORED && write.end() > from && write.end() <= to)
                .map(Write::end)
                .sorted()
                .toList();
        long last = from;
        long longest = 0;
        for (long end : ends) {
            longest = Math.max(longest, end - last);
            last = end;
        }
        return Duration.ofNanos(Math.max(longest, to - last));
    }

    /**
     * The keys whose value no order of the writes explains: an acknowledged write is lost or undone, or nobody wrote this.
     * Of two writes the one that was begun after the other was acknowledged counts; of two at the same time any may.
     */
    synchronized Map<String, String> wrongIn(Map<String, String> values) {
        Map<String, List<Write>> byKey = writes.stream().collect(Collectors.groupingBy(Write::key));
        Map<String, String> wrong = new TreeMap<>();
        Set<String> keys = new TreeSet<>(byKey.keySet());
        keys.addAll(values.keySet());
        for (String key : keys) {
            Optional<String> found = Optional.ofNullable(values.get(key));
            Set<Optional<String>> possible = possible(byKey.getOrDefault(key, List.of()));
            if (!possible.contains(found)) {
                wrong.put(key, "has " + found.orElse("nothing") + ", may have " + possible);
            }
        }
        return wrong;
    }

    private static Set<Optional<String>> possible(List<Write> writes) {
        Map<Boolean, List<Write>> told =
                new HashMap<>(writes.stream().collect(Collectors.partitioningBy(Write::acknowledged)));
        List<Write> acknowledged = told.getOrDefault(true, List.of());
        // One whose fate is unknown may also arrive after all others.
        Set<Optional<String>> possible =
                told.getOrDefault(false, List.of()).stream().map(Write::value).collect(Collectors.toSet());
        acknowledged.stream()
                .filter(write -> acknowledged.stream().noneMatch(write::before))
                .map(Write::value)
                .forEach(possible::add);
        if (acknowledged.isEmpty()) {
            possible.add(Optional.empty());
        }
        return possible;
    }
}
