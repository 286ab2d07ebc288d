package org.raptiformica.cluster.api;

import com.google.gson.JsonObject;

/**
 * A server of a store that is recovered.
 *
 * @param consulId what the store's configuration calls it
 */
public record StoreServer(String meshAddress, String consulId) {

    /** The server as a JSON object with the names of the components. */
    public JsonObject toJson() {
        JsonObject json = new JsonObject();
        json.addProperty("meshAddress", meshAddress);
        json.addProperty("consulId", consulId);
        return json;
    }

    /** The reverse of {@link #toJson()}. */
    public static StoreServer from(JsonObject json) {
        return new StoreServer(
                json.get("meshAddress").getAsString(), json.get("consulId").getAsString());
    }
}
