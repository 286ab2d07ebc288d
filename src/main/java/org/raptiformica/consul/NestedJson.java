package org.raptiformica.consul;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Nested JSON objects as keys with slashes, and back: {@code {"a":{"b":"1"}}} is {@code a/b = 1}. Numbers and booleans
 * become text and stay text.
 */
public final class NestedJson {

    private NestedJson() {}

    /**
     * Keys below a prefix, sorted.
     *
     * @throws IllegalArgumentException for an array, a null, or a name that is empty or has a slash
     */
    public static Map<String, String> flat(String prefix, JsonObject nested) {
        Map<String, String> flat = new TreeMap<>();
        flatten(prefix, nested, flat);
        return flat;
    }

    private static void flatten(String prefix, JsonObject object, Map<String, String> flat) {
        for (Map.Entry<String, JsonElement> entry : object.entrySet()) {
            String name = entry.getKey();
            JsonElement value = entry.getValue();
            if (name.isEmpty() || name.contains("/")) {
                throw new IllegalArgumentException("'" + name + "' below " + prefix + " is no segment of a key");
            }
            if (value.isJsonObject()) {
                flatten(prefix + name + "/", value.getAsJsonObject(), flat);
            } else if (value.isJsonPrimitive()) {
                flat.put(prefix + name, value.getAsString());
            } else {
                throw new IllegalArgumentException(prefix + name + " is an array or null, not a text or an object");
            }
        }
    }

    /**
     * Entries below a prefix as objects; an entry whose key ends with a slash is an empty object.
     *
     * @throws IllegalArgumentException if an entry has a value and entries below it
     */
    static JsonObject nested(String prefix, List<KeyValue> entries) {
        JsonObject root = new JsonObject();
        for (KeyValue entry : entries) {
            List<String> path = List.of(entry.key().substring(prefix.length()).split("/", -1));
            JsonObject folder = root;
            for (String segment : path.subList(0, path.size() - 1)) {
                folder = child(folder, segment, entry.key());
            }
            if (!path.getLast().isEmpty()) {
                folder.addProperty(path.getLast(), entry.text());
            }
        }
        return root;
    }

    private static JsonObject child(JsonObject folder, String segment, String key) {
        if (!folder.has(segment)) {
            folder.add(segment, new JsonObject());
        }
        if (!folder.get(segment).isJsonObject()) {
            throw new IllegalArgumentException(key + " lies below a key that has a value: no nested JSON");
        }
        return folder.getAsJsonObject(segment);
    }
}
