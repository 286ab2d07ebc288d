package org.raptiformica.consul;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.stream.Stream;

/**
 * What an agent says of itself.
 *
 * @param lastIndex how far its copy of the store goes; 0 where it keeps none
 */
public record AgentSelf(
        String nodeName,
        String nodeId,
        String datacenter,
        String version,
        boolean server,
        AgentMember member,
        long lastIndex) {

    static AgentSelf of(JsonElement json) {
        JsonObject self = json.getAsJsonObject();
        JsonObject config = Json.object(self, "Config");
        return new AgentSelf(
                Json.text(config, "NodeName"),
                Json.text(config, "NodeID"),
                Json.text(config, "Datacenter"),
                Json.text(config, "Version"),
                Json.flag(config, "Server"),
                AgentMember.of(Json.object(self, "Member")),
                lastIndex(self));
    }

    /** After a snapshot the log is empty, and what it had is in that. */
    private static long lastIndex(JsonObject self) {
        JsonObject raft = Json.object(Json.object(self, "Stats"), "raft");
        return Stream.of("last_log_index", "last_snapshot_index")
                .filter(raft::has)
                .mapToLong(name -> Long.parseLong(Json.text(raft, name)))
                .max()
                .orElse(0);
    }
}
