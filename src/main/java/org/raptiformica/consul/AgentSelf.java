package org.raptiformica.consul;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;

/** What an agent says of itself. */
public record AgentSelf(
        String nodeName, String nodeId, String datacenter, String version, boolean server, AgentMember member) {

    static AgentSelf of(JsonElement json) {
        JsonObject self = json.getAsJsonObject();
        JsonObject config = Json.object(self, "Config");
        return new AgentSelf(
                Json.text(config, "NodeName"),
                Json.text(config, "NodeID"),
                Json.text(config, "Datacenter"),
                Json.text(config, "Version"),
                Json.flag(config, "Server"),
                AgentMember.of(Json.object(self, "Member")));
    }
}
