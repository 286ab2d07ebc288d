package org.raptiformica.cluster.api;

import com.google.gson.JsonObject;
import org.raptiformica.config.Mapping;

/**
 * A snapshot of the store, whose parts are sent one by one.
 *
 * @param sha256 of the whole snapshot, in hex digits
 * @param parts how many it has
 * @param config the shared config in it
 */
public record SnapshotAbout(String sha256, int parts, Mapping config) {

    /** The same as a JSON object. */
    public JsonObject toJson() {
        JsonObject json = new JsonObject();
        json.addProperty("sha256", sha256);
        json.addProperty("parts", parts);
        json.add("config", Wire.flat(config));
        return json;
    }

    /** The reverse of {@link #toJson()}. */
    public static SnapshotAbout from(JsonObject json) {
        return new SnapshotAbout(
                json.get("sha256").getAsString(),
                json.get("parts").getAsInt(),
                Wire.mapping(json.getAsJsonObject("config")));
    }
}
