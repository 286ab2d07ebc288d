package org.raptiformica.cluster.api;

import com.google.gson.JsonObject;

/**
 * A part of a snapshot of the store.
 *
 * @param sha256 of the whole snapshot, in hex digits
 * @param number of the part, from 0
 * @param base64 what is in it; empty in a request for it
 */
public record SnapshotPart(String sha256, int number, String base64) {

    /** The most that a snapshot may weigh: clients keep it in memory, and there more than once. */
    public static final int MOST_BYTES = 16 << 20;

    /** How many bytes a part has, but for the last: agents are small. */
    public static final int BYTES = 300 << 10;

    /** The part as a JSON object. */
    public JsonObject toJson() {
        JsonObject json = new JsonObject();
        json.addProperty("sha256", sha256);
        json.addProperty("number", number);
        json.addProperty("base64", base64);
        return json;
    }

    /** The reverse of {@link #toJson()}. */
    public static SnapshotPart from(JsonObject json) {
        return new SnapshotPart(
                json.get("sha256").getAsString(),
                json.get("number").getAsInt(),
                json.get("base64").getAsString());
    }
}
