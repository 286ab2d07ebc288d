package org.raptiformica.cluster.api;

import com.google.gson.JsonObject;

/**
 * A module's archive, whose parts have been sent.
 *
 * @param name the module's name
 * @param sha256 of the archive, in hex digits
 * @param parts how many it has
 * @param origin where the module came from, for people
 */
public record PackedModule(String name, String sha256, int parts, String origin) {

    /** The archive as a JSON object. */
    public JsonObject toJson() {
        JsonObject json = new JsonObject();
        json.addProperty("name", name);
        json.addProperty("sha256", sha256);
        json.addProperty("parts", parts);
        json.addProperty("origin", origin);
        return json;
    }

    /** The reverse of {@link #toJson()}. */
    public static PackedModule from(JsonObject json) {
        return new PackedModule(
                json.get("name").getAsString(),
                json.get("sha256").getAsString(),
                json.get("parts").getAsInt(),
                json.get("origin").getAsString());
    }
}
