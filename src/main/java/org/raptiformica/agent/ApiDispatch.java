package org.raptiformica.agent;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.raptiformica.agent.node.Log;
import org.raptiformica.cluster.api.Advertisement;
import org.raptiformica.cluster.api.AgentApi;
import org.raptiformica.cluster.api.MemberView;
import org.raptiformica.cluster.api.MeshRequest;
import org.raptiformica.cluster.api.ModulePart;
import org.raptiformica.cluster.api.PackedModule;
import org.raptiformica.cluster.api.RoundTrip;
import org.raptiformica.cluster.api.SnapshotAbout;
import org.raptiformica.cluster.api.SnapshotPart;
import org.raptiformica.cluster.api.StoreServer;
import org.raptiformica.cluster.api.Wire;
import org.raptiformica.config.Change;
import org.raptiformica.config.ConfigOperation;
import org.raptiformica.config.module.ModuleDescription;
import org.raptiformica.consul.ConsulException;
import org.raptiformica.failure.BadData;
import org.raptiformica.failure.Failure;
import org.raptiformica.failure.NoCluster;
import org.raptiformica.failure.StepFailed;

/**
 * Turns lines into calls of the {@link AgentApi} and what comes back into lines. Consul is restarted when its role
 * changes: nobody who asks meanwhile is told that there is no store.
 */
final class ApiDispatch {

    private final AgentApi api;
    private final BooleanSupplier storeIsBack;
    private final Log log;

    /** @param storeIsBack waits for a Consul that does not answer, and says whether it does now */
    ApiDispatch(AgentApi api, BooleanSupplier storeIsBack, Log log) {
        this.api = api;
        this.storeIsBack = storeIsBack;
        this.log = log;
    }

    /** Answers any line with a line. */
    String answer(String line) {
        try {
            JsonObject request = JsonParser.parseString(line).getAsJsonObject();
            return Wire.answer(patiently(request.get("do").getAsString(), request.getAsJsonObject("with")))
                    .toString();
        } catch (Failure failure) {
            return Wire.answer(failure).toString();
        } catch (ConsulException e) {
            return Wire.answer(new NoCluster(
                            "the store on this node",
                            "it does not answer: " + e.getMessage(),
                            "It comes back with the quorum; `raptiformica members` shows who is missing."))
                    .toString();
        } catch (JsonParseException | IllegalStateException | ClassCastException | NullPointerException e) {
            log.defect("a request", e);
            return Wire.answer(new BadData("request", "it has not the form the agent knows", "See the agent's log."))
                    .toString();
        } catch (RuntimeException e) {
            log.defect("a request", e);
            return Wire.answer(new StepFailed("agent", "a defect: " + e, "See the agent's log."))
                    .toString();
        }
    }

    /** Nothing was done that the first call was to do in a store that could not be reached: it can be made again. */
    private JsonElement patiently(String name, JsonObject with) {
        try {
            return call(name, with);
        } catch (ConsulException.Unreachable away) {
            if (!storeIsBack.getAsBoolean()) {
                throw away;
            }
            return call(name, with);
        }
    }

    private JsonElement call(String name, JsonObject with) {
        return switch (name) {
            case "status" -> api.status().toJson();
            case "members" -> array(api.members(), MemberView::toJson);
            case "config" -> api.config().toJson();
            case "change" -> api.change(changes(with)).toJson();
            case "deliver" -> api.deliver(operations(with)).toJson();
            case "mesh" -> api.mesh(MeshRequest.from(with)).toJson();
            case "learn" -> nothing(() -> api.learn(Wire.mapping(with.getAsJsonObject("config"))));
            case "roundTrips" -> array(api.roundTrips(addresses(with)), RoundTrip::toJson);
            case "rejoin" -> nothing(api::rejoin);
            case "advertise" -> nothing(() -> api.advertise(Advertisement.from(with)));
            case "forget" -> nothing(() -> api.forget(addresses(with)));
            case "leave" -> nothing(api::leave);
            case "storeState" -> api.storeState().toJson();
            case "recoverStore" -> nothing(() -> api.recoverStore(servers(with)));
            case "saveSnapshot" -> api.saveSnapshot().toJson();
            case "snapshotPart" -> api.snapshotPart(SnapshotPart.from(with)).toJson();
            case "putSnapshotPart" -> nothing(() -> api.putSnapshotPart(SnapshotPart.from(with)));
            case "restoreSnapshot" -> nothing(() -> api.restoreSnapshot(SnapshotAbout.from(with)));
            case "modules" -> array(api.modules(), ModuleDescription::toJson);
            case "putModulePart" -> nothing(() -> api.putModulePart(ModulePart.from(with)));
            case "putModule" -> nothing(() -> api.putModule(PackedModule.from(with)));
            case "removeModule" ->
                nothing(() -> api.removeModule(with.get("name").getAsString()));
            default ->
                throw new BadData(
                        "request",
                        "this agent cannot '" + name + "'",
                        "Client and node run different versions: slave the node again.");
        };
    }

    private static List<Change> changes(JsonObject with) {
        List<Change> changes = new ArrayList<>();
        with.getAsJsonArray("changes").forEach(element -> changes.add(Change.from(element.getAsJsonObject())));
        return changes;
    }

    private static List<ConfigOperation> operations(JsonObject with) {
        List<ConfigOperation> operations = new ArrayList<>();
        with.getAsJsonArray("operations")
                .forEach(element -> operations.add(ConfigOperation.from(element.getAsJsonObject())));
        return operations;
    }

    private static List<StoreServer> servers(JsonObject with) {
        List<StoreServer> servers = new ArrayList<>();
        with.getAsJsonArray("servers").forEach(element -> servers.add(StoreServer.from(element.getAsJsonObject())));
        return servers;
    }

    private static List<String> addresses(JsonObject with) {
        List<String> addresses = new ArrayList<>();
        with.getAsJsonArray("addresses").forEach(element -> addresses.add(element.getAsString()));
        return addresses;
    }

    private static <T> JsonArray array(List<T> items, Function<T, JsonObject> toJson) {
        JsonArray array = new JsonArray();
        items.forEach(item -> array.add(toJson.apply(item)));
        return array;
    }

    private static JsonElement nothing(Runnable work) {
        work.run();
        return JsonNull.INSTANCE;
    }
}
