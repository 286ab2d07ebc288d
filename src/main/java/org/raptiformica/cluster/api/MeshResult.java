package org.raptiformica.cluster.api;

import com.google.gson.JsonObject;

/**
 * How a node became a member.
 *
 * @param meshAddress its address in the mesh
 * @param changed false when it was one already and nothing was touched
 * @param links mesh links that are up
 * @param members members that are alive, this one included
 */
public record MeshResult(String meshAddress, boolean changed, int links, int members) {

    /** The result in words. */
    public String summary() {
        return meshAddress + ", " + counted(links, "link") + ", " + counted(members, "member");
    }

    private static String counted(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    /** The result as a JSON object with the names of the components. */
    public JsonObject toJson() {
        JsonObject json = new JsonObject();
        json.addProperty("meshAddress", meshAddress);
        json.addProperty("changed", changed);
        json.addProperty("links", links);
        json.addProperty("members", members);
        return json;
    }

    /** The reverse of {@link #toJson()}. */
    public static MeshResult from(JsonObject json) {
        return new MeshResult(
                json.get("meshAddress").getAsString(),
                json.get("changed").getAsBoolean(),
                json.get("links").getAsInt(),
                json.get("members").getAsInt());
    }
}
