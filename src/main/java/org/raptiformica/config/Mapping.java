package org.raptiformica.config;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The shared config: a flat, sorted mapping of keys such as {@code raptiformica/compute/docker/headless/source} to
 * strings. Immutable, so safe to share between threads.
 *
 * <p>A prefix names whole segments: {@code raptiformica/server} and {@code raptiformica/server/} mean the same, and
 * neither matches {@code raptiformica/server_types/…}. A key may have a value and keys below it, as in Consul.
 */
public final class Mapping {

    private static final String BELOW_ROOT = Keys.ROOT + "/";
    private static final Mapping EMPTY = new Mapping(new TreeMap<>());

    private final SortedMap<String, String> entries;

    private Mapping(SortedMap<String, String> entries) {
        this.entries = entries;
    }

    /** The mapping without any key. */
    public static Mapping empty() {
        return EMPTY;
    }

    /**
     * The mapping with exactly these entries.
     *
     * @throws IllegalArgumentException when a key does not begin with {@code raptiformica/}
     */
    public static Mapping of(Map<String, String> entries) {
        entries.keySet().forEach(Mapping::check);
        return new Mapping(new TreeMap<>(entries));
    }

    /** Whether a key can be in a mapping: it begins with {@code raptiformica/} and has something after that. */
    public static boolean accepts(String key) {
        return key.startsWith(BELOW_ROOT) && key.length() > BELOW_ROOT.length();
    }

    private static void check(String key) {
        if (!accepts(key)) {
            throw new IllegalArgumentException("key '" + key + "' is not below " + BELOW_ROOT);
        }
    }

    /** The value of a key. */
    public Optional<String> get(String key) {
        return Optional.ofNullable(entries.get(key));
    }

    /** This mapping with one key set. */
    public Mapping with(String key, String value) {
        check(key);
        TreeMap<String, String> changed = new TreeMap<>(entries);
        changed.put(key, value);
        return new Mapping(changed);
    }

    /** This mapping without one key; keys below it stay. */
    public Mapping without(String key) {
        TreeMap<String, String> changed = new TreeMap<>(entries);
        changed.remove(key);
        return new Mapping(changed);
    }

    /** This mapping without the keys below a prefix; the key that equals the prefix stays. */
    public Mapping withoutBelow(String prefix) {
        TreeMap<String, String> changed = new TreeMap<>(entries);
        range(changed, prefix).clear();
        return new Mapping(changed);
    }

    /** The entries below a prefix, with their whole keys. */
    public Mapping below(String prefix) {
        return new Mapping(new TreeMap<>(range(entries, prefix)));
    }

    /** The names that follow a prefix: its children in the tree, whether they have a value or keys below them. */
    public SortedSet<String> children(String prefix) {
        int start = withSlash(prefix).length();
        SortedSet<String> names = new TreeSet<>();
        for (String key : range(entries, prefix).keySet()) {
            int end = key.indexOf('/', start);
            names.add(end < 0 ? key.substring(start) : key.substring(start, end));
        }
        names.remove("");
        return names;
    }

    /** All entries of both, where both have a key that of {@code later}. */
    public Mapping mergedWith(Mapping later) {
        TreeMap<String, String> merged = new TreeMap<>(entries);
        merged.putAll(later.entries);
        return new Mapping(merged);
    }

    /** The entries, sorted by key, unmodifiable. */
    public SortedMap<String, String> asMap() {
        return Collections.unmodifiableSortedMap(entries);
    }

    /**
     * Which of {@code server}, {@code compute} and {@code platform} have no key below them. A whole has all three; one
     * that was retrieved without is corrupt and replaces nothing.
     */
    public SortedSet<String> missingParts() {
        SortedSet<String> missing = new TreeSet<>(List.of(Keys.SERVER, Keys.COMPUTE, Keys.PLATFORM));
        missing.removeIf(part -> !range(entries, part).isEmpty());
        return missing;
    }

    /** How many keys there are. */
    public int size() {
        return entries.size();
    }

    /** Whether there is no key. */
    public boolean isEmpty() {
        return entries.isEmpty();
    }

    /**
     * The entries as a tree, below {@code raptiformica}, as a module file would write them. The value of a key that also
     * has keys below it stands under the empty name of its object, so nothing is lost.
     */
    public JsonObject nested() {
        JsonObject tree = new JsonObject();
        entries.forEach((key, value) -> {
            JsonObject at = tree;
            String rest = key.substring(BELOW_ROOT.length());
            for (int slash = rest.indexOf('/'); slash >= 0; slash = rest.indexOf('/')) {
                at = branch(at, rest.substring(0, slash));
                rest = rest.substring(slash + 1);
            }
            at.addProperty(rest, value);
        });
        return tree;
    }

    private static JsonObject branch(JsonObject parent, String name) {
        JsonElement present = parent.get(name);
        if (present instanceof JsonObject object) {
            return object;
        }
        JsonObject object = new JsonObject();
        if (present != null) {
            object.add("", present);
        }
        parent.add(name, object);
        return object;
    }

    private static SortedMap<String, String> range(SortedMap<String, String> entries, String prefix) {
        String from = withSlash(prefix);
        return entries.subMap(from, from.substring(0, from.length() - 1) + (char) ('/' + 1));
    }

    private static String withSlash(String prefix) {
        return prefix.endsWith("/") ? prefix : prefix + "/";
    }

    /** Collects entries for one mapping; for one thread. */
    static final class Builder {

        private final TreeMap<String, String> entries = new TreeMap<>();

        void put(String key, String value) {
            check(key);
            entries.put(key, value);
        }

        /** Removes a key and all below it. */
        void remove(String key) {
            entries.remove(key);
            range(entries, key).clear();
        }

        Mapping build() {
            return new Mapping(new TreeMap<>(entries));
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Mapping mapping && entries.equals(mapping.entries);
    }

    @Override
    public int hashCode() {
        return entries.hashCode();
    }

    /** The keys alone: values may be secrets. */
    @Override
    public String toString() {
        return "Mapping" + entries.keySet();
    }
}
