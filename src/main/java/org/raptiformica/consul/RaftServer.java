package org.raptiformica.consul;

import com.google.gson.JsonObject;

/**
 * A server in the store's configuration.
 *
 * @param id Consul's node id, a UUID
 * @param address {@code host:port}, IPv6 in brackets
 * @param voter not yet, when it has joined within the last seconds
 */
public record RaftServer(String id, String node, String address, boolean leader, boolean voter) {

    static RaftServer of(JsonObject json) {
        return new RaftServer(
                Json.text(json, "ID"),
                Json.text(json, "Node"),
                Json.text(json, "Address"),
                Json.flag(json, "Leader"),
                Json.flag(json, "Voter"));
    }
}
