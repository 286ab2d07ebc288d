package org.raptiformica.cluster.api;

import com.google.gson.JsonObject;
import java.util.Optional;

/**
 * Who a node is.
 *
 * @param program the id of the program that the agent runs
 * @param engine the name of the mesh engine
 * @param publicKey the node's mesh public key, 64 hex digits for Yggdrasil
 * @param meshAddress the IPv6 address made from the key
 * @param meshPort where the engine listens on the underlay
 * @param cluster the id of the cluster, empty before the node was given any
 * @param name the machine's host name
 * @param meshed whether the node was told to be a member (it may still be on its way)
 * @param joined whether it is one now: its store answers with a leader
 */
public record NodeStatus(
        String program,
        String engine,
        String publicKey,
        String meshAddress,
        int meshPort,
        Optional<String> cluster,
        String name,
        boolean meshed,
        boolean joined) {

    /** The status as a JSON object with the names of the components. */
    public JsonObject toJson() {
        JsonObject json = new JsonObject();
        json.addProperty("program", program);
        json.addProperty("engine", engine);
        json.addProperty("publicKey", publicKey);
        json.addProperty("meshAddress", meshAddress);
        json.addProperty("meshPort", meshPort);
        cluster.ifPresent(id -> json.addProperty("cluster", id));
        json.addProperty("name", name);
        json.addProperty("meshed", meshed);
        json.addProperty("joined", joined);
        return json;
    }

    /** The reverse of {@link #toJson()}. */
    public static NodeStatus from(JsonObject json) {
        return new NodeStatus(
                json.get("program").getAsString(),
                json.get("engine").getAsString(),
                json.get("publicKey").getAsString(),
                json.get("meshAddress").getAsString(),
                json.get("meshPort").getAsInt(),
                Optional.ofNullable(json.get("cluster")).map(id -> id.getAsString()),
                json.get("name").getAsString(),
                json.get("meshed").getAsBoolean(),
                json.get("joined").getAsBoolean());
    }
}
