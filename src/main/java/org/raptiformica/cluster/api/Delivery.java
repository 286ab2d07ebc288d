package org.raptiformica.cluster.api;

import com.google.gson.JsonObject;
import org.raptiformica.config.Stamp;

/**
 * What became of changes that a node took; lost they are in neither case.
 *
 * @param stored true when they are in the store; false when they are kept on the node's disk, and go into the store as soon
 *     as it answers
 * @param latest no earlier than the changes: what their author makes later has to be later than this
 */
public record Delivery(boolean stored, Stamp latest) {

    /** As JSON. */
    public JsonObject toJson() {
        JsonObject json = new JsonObject();
        json.addProperty("stored", stored);
        json.addProperty("latest", latest.text());
        return json;
    }

    /** The reverse of {@link #toJson()}. */
    public static Delivery from(JsonObject json) {
        return new Delivery(
                json.get("stored").getAsBoolean(),
                Stamp.parse(json.get("latest").getAsString()));
    }
}
