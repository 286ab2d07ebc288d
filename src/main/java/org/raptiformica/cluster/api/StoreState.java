package org.raptiformica.cluster.api;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Optional;

/**
 * What a node has of the store, for when its quorum may be lost.
 *
 * @param meshAddress the node
 * @param server whether it was told to be a server
 * @param consulId what the store's configuration calls it, if its Consul ever ran
 * @param data whether a server's copy of the store is on its disk
 * @param leader whether it knows a leader
 * @param servers mesh addresses of the servers in the configuration as this node last knew it, empty if it does not
 * @param alive mesh addresses of the servers that gossip holds for alive, empty where Consul does not answer
 * @param base the store's greatest modify index that its replica of the shared config has seen
 * @param replicaAt when its replica of the shared config changed last, in milliseconds since 1970
 */
public record StoreState(
        String meshAddress,
        boolean server,
        Optional<String> consulId,
        boolean data,
        boolean leader,
        List<String> servers,
        List<String> alive,
        long base,
        long replicaAt) {

    public StoreState {
        servers = List.copyOf(servers);
        alive = List.copyOf(alive);
    }

    /** The state as a JSON object with the names of the components. */
    public JsonObject toJson() {
        JsonObject json = new JsonObject();
        json.addProperty("meshAddress", meshAddress);
        json.addProperty("server", server);
        consulId.ifPresent(id -> json.addProperty("consulId", id));
        json.addProperty("data", data);
        json.addProperty("leader", leader);
        json.add("servers", array(servers));
        json.add("alive", array(alive));
        json.addProperty("base", base);
        json.addProperty("replicaAt", replicaAt);
        return json;
    }

    /** The reverse of {@link #toJson()}. */
    public static StoreState from(JsonObject json) {
        return new StoreState(
                json.get("meshAddress").getAsString(),
                json.get("server").getAsBoolean(),
                Optional.ofNullable(json.get("consulId")).map(JsonElement::getAsString),
                json.get("data").getAsBoolean(),
                json.get("leader").getAsBoolean(),
                texts(json, "servers"),
                texts(json, "alive"),
                json.get("base").getAsLong(),
                json.get("replicaAt").getAsLong());
    }

    private static JsonArray array(List<String> texts) {
        JsonArray array = new JsonArray();
        texts.forEach(array::add);
        return array;
    }

    private static List<String> texts(JsonObject json, String name) {
        return json.getAsJsonArray(name).asList().stream()
                .map(JsonElement::getAsString)
                .toList();
    }
}
