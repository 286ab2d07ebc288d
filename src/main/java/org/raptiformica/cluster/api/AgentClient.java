package org.raptiformica.cluster.api;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.stream.StreamSupport;
import org.raptiformica.config.Change;
import org.raptiformica.config.ConfigOperation;
import org.raptiformica.config.Mapping;
import org.raptiformica.config.module.ModuleDescription;

/** The client's side of {@link AgentApi}: every method is one exchange over a channel. */
public final class AgentClient implements AgentApi {

    private static final Duration QUICK = Duration.ofSeconds(10);
    private static final Duration JOINING = Duration.ofMinutes(3);
    /** A node whose own Consul starts anew waits three quarters of a minute for it. */
    private static final Duration FORGETTING = Duration.ofMinutes(1);

    /** Longer than the agent waits for another node to take over, and then for its store to leave. */
    private static final Duration LEAVING = Duration.ofMinutes(6);

    private final Channel channel;

    /** A client of the agent at the far end of the channel. */
    public AgentClient(Channel channel) {
        this.channel = channel;
    }

    /** The machine whose agent answers. */
    public String name() {
        return channel.name();
    }

    @Override
    public NodeStatus status() {
        return NodeStatus.from(ask("status", new JsonObject(), QUICK).getAsJsonObject());
    }

    @Override
    public List<MemberView> members() {
        return list(ask("members", new JsonObject(), QUICK), MemberView::from);
    }

    @Override
    public SharedConfigView config() {
        JsonObject answer =
                ask("config", new JsonObject(), QUICK.multipliedBy(2)).getAsJsonObject();
        return SharedConfigView.from(answer);
    }

    @Override
    public Delivery change(List<Change> changes) {
        JsonArray list = new JsonArray();
        changes.forEach(change -> list.add(change.toJson()));
        JsonObject with = new JsonObject();
        with.add("changes", list);
        return Delivery.from(ask("change", with, QUICK.multipliedBy(3)).getAsJsonObject());
    }

    @Override
    public Delivery deliver(List<ConfigOperation> operations) {
        JsonArray list = new JsonArray();
        operations.forEach(operation -> list.add(operation.toJson()));
        JsonObject with = new JsonObject();
        with.add("operations", list);
        return Delivery.from(ask("deliver", with, QUICK.multipliedBy(3)).getAsJsonObject());
    }

    @Override
    public MeshResult mesh(MeshRequest request) {
        return MeshResult.from(ask("mesh", request.toJson(), JOINING).getAsJsonObject());
    }

    @Override
    public void learn(Mapping config) {
        JsonObject with = new JsonObject();
        with.add("config", Wire.flat(config));
        ask("learn", with, QUICK);
    }

    @Override
    public List<RoundTrip> roundTrips(List<String> addresses) {
        return list(ask("roundTrips", withAddresses(addresses), QUICK.multipliedBy(2)), RoundTrip::from);
    }

    @Override
    public void rejoin() {
        ask("rejoin", new JsonObject(), QUICK.multipliedBy(2));
    }

    @Override
    public void advertise(Advertisement wish) {
        ask("advertise", wish.toJson(), QUICK.multipliedBy(2));
    }

    @Override
    public void forget(List<String> meshAddresses) {
        ask("forget", withAddresses(meshAddresses), FORGETTING);
    }

    @Override
    public void leave() {
        ask("leave", new JsonObject(), LEAVING);
    }

    @Override
    public StoreState storeState() {
        return StoreState.from(
                ask("storeState", new JsonObject(), QUICK.multipliedBy(2)).getAsJsonObject());
    }

    @Override
    public void recoverStore(List<StoreServer> servers) {
        JsonArray list = new JsonArray();
        servers.forEach(server -> list.add(server.toJson()));
        JsonObject with = new JsonObject();
        with.add("servers", list);
        ask("recoverStore", with, QUICK.multipliedBy(9));
    }

    @Override
    public SnapshotAbout saveSnapshot() {
        return SnapshotAbout.from(
                ask("saveSnapshot", new JsonObject(), QUICK.multipliedBy(6)).getAsJsonObject());
    }

    @Override
    public SnapshotPart snapshotPart(SnapshotPart wanted) {
        return SnapshotPart.from(
                ask("snapshotPart", wanted.toJson(), QUICK.multipliedBy(3)).getAsJsonObject());
    }

    @Override
    public void putSnapshotPart(SnapshotPart part) {
        ask("putSnapshotPart", part.toJson(), QUICK.multipliedBy(3));
    }

    @Override
    public void restoreSnapshot(SnapshotAbout about) {
        ask("restoreSnapshot", about.toJson(), QUICK.multipliedBy(12));
    }

    @Override
    public List<ModuleDescription> modules() {
        return list(ask("modules", new JsonObject(), QUICK), ModuleDescription::from);
    }

    @Override
    public void putModulePart(ModulePart part) {
        ask("putModulePart", part.toJson(), QUICK.multipliedBy(3));
    }

    @Override
    public void putModule(PackedModule module) {
        ask("putModule", module.toJson(), QUICK.multipliedBy(6));
    }

    @Override
    public void removeModule(String name) {
        JsonObject with = new JsonObject();
        with.addProperty("name", name);
        ask("removeModule", with, QUICK.multipliedBy(6));
    }

    private static JsonObject withAddresses(List<String> addresses) {
        JsonArray list = new JsonArray();
        addresses.forEach(list::add);
        JsonObject with = new JsonObject();
        with.add("addresses", list);
        return with;
    }

    private static <T> List<T> list(JsonElement answer, Function<JsonObject, T> from) {
        return StreamSupport.stream(answer.getAsJsonArray().spliterator(), false)
                .map(JsonElement::getAsJsonObject)
                .map(from)
                .toList();
    }

    private JsonElement ask(String name, JsonObject with, Duration limit) {
        String line = channel.exchange(Wire.request(name, with).toString(), limit);
        return Wire.resultOf(channel.name(), line);
    }
}
