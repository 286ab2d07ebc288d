package org.raptiformica.config;

import com.google.gson.JsonObject;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** One operation on the shared config. */
public sealed interface Change {

    /** Gives a key a value, whatever it had before. */
    record Set(String key, String value) implements Change {
        /** The key alone: the value may be a secret. */
        @Override
        public String toString() {
            return "Set[" + key + "]";
        }
    }

    /** Takes a key away; one that is not there is no error. */
    record Delete(String key) implements Change {}

    /** Takes all keys below a prefix away, whole path segments only. */
    record DeleteBelow(String prefix) implements Change {}

    /**
     * The fewest changes that make {@code before} equal to {@code after}, in the order of their keys. Made to a third
     * mapping they leave the rest of it alone: so the shared config follows the modules on disk, and what else is in it
     * stays.
     */
    static List<Change> between(Mapping before, Mapping after) {
        SortedSet<String> keys = new TreeSet<>(before.asMap().keySet());
        keys.addAll(after.asMap().keySet());
        return keys.stream()
                .filter(key -> !before.get(key).equals(after.get(key)))
                .map(key ->
                        after.get(key).<Change>map(value -> new Set(key, value)).orElseGet(() -> new Delete(key)))
                .toList();
    }

    /** The mapping after the change. */
    default Mapping appliedTo(Mapping mapping) {
        return switch (this) {
            case Set set -> mapping.with(set.key(), set.value());
            case Delete delete -> mapping.without(delete.key());
            case DeleteBelow below -> mapping.withoutBelow(below.prefix());
        };
    }

    /** The change as a JSON object with the members {@code set} and {@code to}, {@code delete}, or {@code deleteBelow}. */
    default JsonObject toJson() {
        JsonObject json = new JsonObject();
        switch (this) {
            case Set set -> {
                json.addProperty("set", set.key());
                json.addProperty("to", set.value());
            }
            case Delete delete -> json.addProperty("delete", delete.key());
            case DeleteBelow below -> json.addProperty("deleteBelow", below.prefix());
        }
        return json;
    }

    /** The reverse of {@link #toJson()}. */
    static Change from(JsonObject json) {
        if (json.has("set")) {
            return new Set(json.get("set").getAsString(), json.get("to").getAsString());
        }
        return json.has("delete")
                ? new Delete(json.get("delete").getAsString())
                : new DeleteBelow(json.get("deleteBelow").getAsString());
    }
}
