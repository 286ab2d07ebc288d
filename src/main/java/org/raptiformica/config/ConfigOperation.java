package org.raptiformica.config;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.raptiformica.failure.BadData;

/**
 * Changes of the shared config that somebody made at one time, on the way to the store. It arrives there exactly once,
 * however often it is sent.
 *
 * @param id unlike that of every other
 * @param at the stamp of the first change; each following one has the next
 * @param base the store's greatest modify index that the author knew: a write without a stamp up to there was known to
 *     the author, one after it was not; {@link #AS_OF_NOW} leaves it to the node that takes the operation
 * @param changes in the order in which they were made
 */
public record ConfigOperation(String id, Stamp at, long base, List<Change> changes) {

    /** The base of an operation that is handed over in the moment in which it is made. */
    public static final long AS_OF_NOW = -1;

    /** The most bytes of key and value that are taken: what surely fits in a transaction of the store. */
    public static final int MOST_BYTES = 256 * 1024;

    /** Copies the changes. */
    public ConfigOperation {
        changes = List.copyOf(changes);
    }

    /** The same with another base. */
    public ConfigOperation knowing(long newBase) {
        return new ConfigOperation(id, at, newBase, changes);
    }

    /** The same, as if it had been made at another time. */
    public ConfigOperation madeAt(Stamp stamp) {
        return new ConfigOperation(id, stamp, base, changes);
    }

    /** The stamp of its last change. */
    public Stamp last() {
        return at.plus(Math.max(0, changes.size() - 1));
    }

    /** The mapping after the changes. */
    public Mapping onTopOf(Mapping mapping) {
        Mapping changed = mapping;
        for (Change change : changes) {
            changed = change.appliedTo(changed);
        }
        return changed;
    }

    /**
     * Refuses changes that could never be applied, before anybody relies on them.
     *
     * @throws BadData for a key that is not below {@code raptiformica/}, has an empty segment, or a value that is too long
     */
    public static void check(List<Change> changes) {
        for (Change change : changes) {
            switch (change) {
                case Change.Set(String key, String value) -> checkSize(checkKey(key), value);
                case Change.Delete(String key) -> checkKey(key);
                case Change.DeleteBelow(String prefix) -> checkKey(withoutSlash(prefix));
            }
        }
    }

    static String withoutSlash(String prefix) {
        return prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix;
    }

    private static String checkKey(String key) {
        boolean segments = List.of(key.split("/", -1)).stream().allMatch(Keys::isName);
        if (!Mapping.accepts(key) || !segments) {
            throw new BadData(
                    "key '" + key + "'",
                    "is no key of the shared config",
                    "Keys are names with a / between them and begin with " + Keys.ROOT + "/.");
        }
        return key;
    }

    private static void checkSize(String key, String value) {
        int bytes = (key + value).getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MOST_BYTES) {
            throw new BadData(
                    "key '" + key + "'",
                    "its value has " + bytes + " bytes, at most " + MOST_BYTES + " are taken",
                    "Keep the value somewhere else and its place in the shared config.");
        }
    }

    /** As JSON. */
    public JsonObject toJson() {
        JsonObject json = new JsonObject();
        json.addProperty("id", id);
        json.addProperty("at", at.text());
        json.addProperty("base", base);
        JsonArray list = new JsonArray();
        changes.forEach(change -> list.add(change.toJson()));
        json.add("changes", list);
        return json;
    }

    /** The reverse of {@link #toJson()}. */
    public static ConfigOperation from(JsonObject json) {
        List<Change> changes = new ArrayList<>();
        json.getAsJsonArray("changes").forEach(change -> changes.add(Change.from(change.getAsJsonObject())));
        return new ConfigOperation(
                json.get("id").getAsString(),
                Stamp.parse(json.get("at").getAsString()),
                json.get("base").getAsLong(),
                changes);
    }
}
