package org.raptiformica.consul;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Optional;

/** The servers that keep the store: who leads, who votes ({@code /v1/status}, {@code /v1/operator}). */
public final class RaftOperator {

    private final Exchange exchange;

    RaftOperator(Exchange exchange) {
        this.exchange = exchange;
    }

    /** The leader's {@code host:port}, if the agent knows one. */
    public Optional<String> leader() {
        return Optional.of(exchange.json(Request.get("/v1/status/leader"), JsonElement::getAsString))
                .filter(address -> !address.isEmpty());
    }

    /** The servers' {@code host:port}. */
    public List<String> peers() {
        return exchange.json(Request.get("/v1/status/peers"), json -> Json.list(json, JsonElement::getAsString));
    }

    /** The servers in the store's own configuration. Stale asks any server, for when there is no leader. */
    public List<RaftServer> configuration(Consistency consistency) {
        Request request = Read.of(consistency).applyTo(Request.get("/v1/operator/raft/configuration"));
        return exchange.json(
                request, json -> Json.objects(json.getAsJsonObject().get("Servers"), RaftServer::of));
    }

    /** Removes a server from the store's configuration, by its {@link RaftServer#id()}; it must be gone or going. */
    public void remove(String id) {
        exchange.ok(Request.delete("/v1/operator/raft/peer").with("id", id));
    }

    /** What autopilot does. */
    public Autopilot.Configuration autopilot() {
        return exchange.json(Request.get("/v1/operator/autopilot/configuration"), Autopilot.Configuration::of);
    }

    /** Changes what autopilot does, for the whole cluster. */
    public void autopilot(Autopilot.Configuration configuration) {
        JsonObject json = configuration.json();
        exchange.ok(Request.put("/v1/operator/autopilot/configuration").sending(json.toString()));
    }

    /** How the servers are. Consul answers 429 when one is unwell, with the same content. */
    public Autopilot.ServersHealth health() {
        Request request = Request.get("/v1/operator/autopilot/health");
        Response response = exchange.any(request);
        if (response.head().status() != 429) {
            Exchange.checked(request, response);
        }
        return Exchange.understand(request, response, Autopilot.ServersHealth::of);
    }
}
