package org.raptiformica.it;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What clients wrote while things happened, and what they were told of it. Thread-safe. */
final class ChaosHistory {

    /** What a client knows of its write. */
    enum Outcome {
        /** It was told that the write will not be lost. */
        ACKNOWLEDGED,
        /** It was told nothing, or that it did not work: the write may be there or not. */
        UNKNOWN
    }

    /** One write: each has a key of its own, so that every single one can be looked for afterwards. */
    record Write(String key, String value, String node, long begin, long end, Outcome outcome) {}

    private final List<Write> writes = new ArrayList<>();

    synchronized void add(Write write) {
        writes.add(write);
    }

    synchronized int count(Outcome outcome) {
        return (int) writes.stream().filter(write -> write.outcome() == outcome).count();
    }

    /** The longest time between {@code from} and {@code to} in which no write was acknowledged. */
    synchronized Duration silence(long from, long to) {
        long last = from;
        long longest = 0;
        for (Write write : writes) {
            if (write.outcome() == Outcome.ACKNOWLEDGED && write.end() > from && write.end() <= to) {
                longest = Math.max(longest, write.end() - last);
                last = write.end();
            }
        }
        return Duration.ofNanos(Math.max(longest, to - last));
    }

    /** The acknowledged writes that are not among these values, or with another value. */
    synchronized List<Write> missingFrom(Map<String, String> values) {
        return writes.stream()
                .filter(write -> write.outcome() == Outcome.ACKNOWLEDGED)
                .filter(write -> !write.value().equals(values.get(write.key())))
                .toList();
    }

    /** The keys that nobody wrote, or with values that nobody wrote there. */
    synchronized Map<String, String> inventedIn(Map<String, String> values) {
        Map<String, String> invented = new TreeMap<>(values);
        writes.forEach(write -> invented.remove(write.key(), write.value()));
        return invented;
    }
}
