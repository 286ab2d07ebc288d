package org.raptiformica.cluster.api;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
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
 * @param replicaAt when its replica of the shared config changed last, in milliseconds since 1970
 */
public record StoreState(
        String meshAddress,
        boolean server,
        Optional<String> consulId,
        boolean data,
        boolean leader,
        List<String> servers,
        long replicaAt) {

    public StoreState {
        servers = List.copyOf(servers);
    }

    /** The state as a JSON object with the names of the components. */
    public JsonObject toJson() {
        JsonObject json = new JsonObject();
        json.addProperty("meshAddress", meshAddress);
        json.addProperty("server", server);
        consulId.ifPresent(id -> json.addProperty("consulId", id));
        json.addProperty("data", data);
        json.addProperty("leader", leader);
        JsonArray list = new JsonArray();
        servers.forEach(list::add);
        json.add("servers", list);
        json.addProperty("replicaAt", replicaAt);
        return json;
    }

    /** The reverse of {@link #toJson()}. */
    public static StoreState from(JsonObject json) {
        List<String> servers = new ArrayList<>();
        json.getAsJsonArray("servers").forEach(element -> servers.add(element.getAsString()));
        return new StoreState(
                json.get("meshAddress").getAsString(),
                json.get("server").getAsBoolean(),
                Optional.ofNullable(json.get("consulId")).map(JsonElement::getAsString),
                json.get("data").getAsBoolean(),
                json.get("leader").getAsBoolean(),
                servers,
                json.get("replicaAt").getAsLong());
    }
}
