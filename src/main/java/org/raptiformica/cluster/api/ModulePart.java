package org.raptiformica.cluster.api;

import com.google.gson.JsonObject;

/**
 * A part of a module's archive.
 *
 * @param module the module's name
 * @param sha256 of the whole archive, in hex digits
 * @param number of the part, from 0
 * @param base64 what is in it
 */
public record ModulePart(String module, String sha256, int number, String base64) {

    /** The part as a JSON object. */
    public JsonObject toJson() {
        JsonObject json = new JsonObject();
        json.addProperty("module", module);
        json.addProperty("sha256", sha256);
        json.addProperty("number", number);
        json.addProperty("base64", base64);
        return json;
    }

    /** The reverse of {@link #toJson()}. */
    public static ModulePart from(JsonObject json) {
        return new ModulePart(
                json.get("module").getAsString(),
                json.get("sha256").getAsString(),
                json.get("number").getAsInt(),
                json.get("base64").getAsString());
    }
}
