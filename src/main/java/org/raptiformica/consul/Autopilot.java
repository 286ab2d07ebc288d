package org.raptiformica.consul;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;

/** What Consul's autopilot says of the servers. */
public final class Autopilot {

    private Autopilot() {}

    /**
     * How a server is.
     *
     * @param lastContact such as {@code 12.5ms} or {@code 0s}
     * @param stableSince a time stamp, RFC 3339
     */
    public record Server(
            String id,
            String node,
            String serfStatus,
            String lastContact,
            boolean healthy,
            boolean voter,
            String stableSince) {
        static Server of(JsonObject json) {
            return new Server(
                    Json.text(json, "ID"),
                    Json.text(json, "Name"),
                    Json.text(json, "SerfStatus"),
                    Json.text(json, "LastContact"),
                    Json.flag(json, "Healthy"),
                    Json.flag(json, "Voter"),
                    Json.text(json, "StableSince"));
        }
    }

    /**
     * How the servers are.
     *
     * @param healthy whether all servers are
     * @param failureTolerance how many servers may be lost without an outage
     */
    public record ServersHealth(boolean healthy, int failureTolerance, List<Server> servers) {
        static ServersHealth of(JsonElement json) {
            JsonObject health = json.getAsJsonObject();
            return new ServersHealth(
                    Json.flag(health, "Healthy"),
                    (int) Json.number(health, "FailureTolerance"),
                    Json.objects(health.get("Servers"), Server::of));
        }
    }

    /**
     * What autopilot does.
     *
     * @param serverStabilizationTime how long a new server is watched before it votes, such as {@code 10s}
     */
    public record Configuration(
            boolean cleanupDeadServers,
            String lastContactThreshold,
            long maxTrailingLogs,
            String serverStabilizationTime) {
        static Configuration of(JsonElement json) {
            JsonObject configuration = json.getAsJsonObject();
            return new Configuration(
                    Json.flag(configuration, "CleanupDeadServers"),
                    Json.text(configuration, "LastContactThreshold"),
                    Json.number(configuration, "MaxTrailingLogs"),
                    Json.text(configuration, "ServerStabilizationTime"));
        }

        JsonObject json() {
            JsonObject json = new JsonObject();
            json.addProperty("CleanupDeadServers", cleanupDeadServers);
            json.addProperty("LastContactThreshold", lastContactThreshold);
            json.addProperty("MaxTrailingLogs", maxTrailingLogs);
            json.addProperty("ServerStabilizationTime", serverStabilizationTime);
            return json;
        }
    }
}
