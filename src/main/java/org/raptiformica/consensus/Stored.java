package org.raptiformica.consensus;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.raptiformica.config.Keys;
import org.raptiformica.config.Mapping;
import org.raptiformica.consul.Answer;
import org.raptiformica.consul.KeyValue;

/**
 * The shared config as it was read from the store.
 *
 * @param modifyIndexes of each key, for compare-and-set
 * @param knownLeader whether the server that answered knew a leader; if not it may be old
 */
public record Stored(Mapping mapping, Map<String, Long> modifyIndexes, boolean knownLeader) {

    /** Entries that are no values, such as the folder keys that Consul's web interface makes, are left out. */
    static Stored of(Answer<List<KeyValue>> answer) {
        return of(answer.value(), answer.knownLeader());
    }

    /** The same of entries that a leader gave. */
    static Stored of(List<KeyValue> entries) {
        return of(entries, true);
    }

    private static Stored of(List<KeyValue> entries, boolean knownLeader) {
        Map<String, String> values = new TreeMap<>();
        Map<String, Long> indexes = new TreeMap<>();
        for (KeyValue entry : entries) {
            if (Mapping.accepts(entry.key()) && !entry.key().endsWith("/")) {
                values.put(entry.key(), entry.text());
                indexes.put(entry.key(), entry.modifyIndex());
            }
        }
        return new Stored(Mapping.of(values), Map.copyOf(indexes), knownLeader);
    }

    /** The same with another mapping in place of what was read. */
    public Stored with(Mapping other) {
        return new Stored(other, modifyIndexes, knownLeader);
    }

    /** Whether it has what every shared config has: {@code server}, {@code compute} and {@code platform}. */
    public boolean whole() {
        return List.of(Keys.SERVER, Keys.COMPUTE, Keys.PLATFORM).stream()
                .noneMatch(key -> mapping.below(key).isEmpty());
    }

    /** The greatest modify index of all keys, 0 if there is none. */
    public long lastIndex() {
        return modifyIndexes.values().stream().mapToLong(Long::longValue).max().orElse(0);
    }

    /** 0 if the key is not there, as Consul has it. */
    long modifyIndex(String key) {
        return modifyIndexes.getOrDefault(key, 0L);
    }
}
