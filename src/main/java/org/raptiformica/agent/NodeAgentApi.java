package org.raptiformica.agent;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.raptiformica.agent.departure.Departure;
import org.raptiformica.agent.departure.StoreOutage;
import org.raptiformica.agent.entry.Advertising;
import org.raptiformica.agent.member.MembershipReconciler;
import org.raptiformica.agent.node.Node;
import org.raptiformica.agent.node.NodeRecord;
import org.raptiformica.agent.reconcile.ReconcileLoop;
import org.raptiformica.agent.recovery.StoreRecovery;
import org.raptiformica.agent.route.RoundTrips;
import org.raptiformica.agent.store.StoreSnapshots;
import org.raptiformica.cluster.api.Advertisement;
import org.raptiformica.cluster.api.AgentApi;
import org.raptiformica.cluster.api.Delivery;
import org.raptiformica.cluster.api.MemberView;
import org.raptiformica.cluster.api.MeshRequest;
import org.raptiformica.cluster.api.MeshResult;
import org.raptiformica.cluster.api.ModulePart;
import org.raptiformica.cluster.api.NodeStatus;
import org.raptiformica.cluster.api.PackedModule;
import org.raptiformica.cluster.api.RoundTrip;
import org.raptiformica.cluster.api.SharedConfigView;
import org.raptiformica.cluster.api.SnapshotAbout;
import org.raptiformica.cluster.api.SnapshotPart;
import org.raptiformica.cluster.api.StoreServer;
import org.raptiformica.cluster.api.StoreState;
import org.raptiformica.config.Change;
import org.raptiformica.config.ClusterId;
import org.raptiformica.config.ConfigOperation;
import org.raptiformica.config.Mapping;
import org.raptiformica.config.Neighbour;
import org.raptiformica.config.Outbox;
import org.raptiformica.config.module.ModuleDescription;
import org.raptiformica.consensus.ConsulRole;
import org.raptiformica.consensus.Member;
import org.raptiformica.consensus.Stored;
import org.raptiformica.consul.ConsulException;
import org.raptiformica.failure.BadData;
import org.raptiformica.failure.MachineUnsuitable;
import org.raptiformica.failure.NoCluster;
import org.raptiformica.failure.StepFailed;
import org.raptiformica.host.Waiting;
import org.raptiformica.mesh.EngineException;
import org.raptiformica.mesh.EngineKind;
import org.raptiformica.mesh.MeshIdentity;
import org.raptiformica.mesh.MeshSettings;
import org.raptiformica.mesh.Peer;

/** What this node's agent answers, from what it finds on the node. */
final class NodeAgentApi implements AgentApi {

    private static final Duration JOIN_LIMIT = Duration.ofMinutes(2);

    private final Parts parts;
    private final Node node;
    private final ReconcileLoop loop;
    private final Departure departure;
    private final StoreRecovery recovery;
    private final StoreSnapshots snapshots;

    NodeAgentApi(Parts parts, ReconcileLoop loop, Departure departure, StoreRecovery recovery) {
        this.recovery = recovery;
        this.parts = parts;
        this.node = parts.node();
        this.loop = loop;
        this.departure = departure;
        this.snapshots = new StoreSnapshots(node.consul(), parts.store(), parts.changes(), parts.cache());
    }

    @Override
    public NodeStatus status() {
        if (node.record().isEmpty()) {
            parts.replica().reload();
        }
        MeshIdentity identity = node.engine().ensureIdentity();
        return new NodeStatus(
                parts.program(),
                node.engine().name(),
                identity.publicKey(),
                identity.address().getHostAddress(),
                MeshSettings.DEFAULT_PORT,
                ClusterId.of(parts.replica().current()),
                hostName(),
                node.record().isPresent(),
                joined());
    }

    @Override
    public List<MemberView> members() {
        Map<String, String> names = new HashMap<>();
        Neighbour.all(parts.replica().current()).forEach(entry -> names.put(entry.meshAddress(), entry.name()));
        return node.membership().members().stream()
                .map(member -> new MemberView(member, names.getOrDefault(member.node(), "")))
                .toList();
    }

    @Override
    public SharedConfigView config() {
        return (joined() ? stored() : Optional.<Stored>empty())
                .map(stored -> view(stored.mapping(), Optional.of(Instant.now()), stored.lastIndex(), true))
                .orElseGet(() -> view(
                        parts.replica().current(),
                        parts.replica().asOf(),
                        parts.replica().outbox().content().base(),
                        false));
    }

    private Optional<Stored> stored() {
        try {
            return parts.changes().read(parts.store());
        } catch (ConsulException | BadData noStore) {
            return Optional.empty();
        }
    }

    private SharedConfigView view(Mapping mapping, Optional<Instant> asOf, long base, boolean fromStore) {
        Outbox.Content known = parts.replica().outbox().content();
        return new SharedConfigView(
                mapping,
                fromStore,
                asOf,
                base,
                known.latest(),
                known.operations().size());
    }

    @Override
    public Delivery change(List<Change> changes) {
        refuseWhereNoNodeIs();
        return told(parts.changes().change(changes));
    }

    @Override
    public Delivery deliver(List<ConfigOperation> operations) {
        refuseWhereNoNodeIs();
        return told(parts.changes().deliver(operations));
    }

    /** What is in the store this node hears of as all nodes do. */
    private Delivery told(Delivery delivery) {
        if (!delivery.stored()) {
            loop.poke();
        }
        return delivery;
    }

    /** What a machine that is in no network takes would be seen by nobody, and its author would rely on it. */
    private void refuseWhereNoNodeIs() {
        if (node.record().isEmpty()) {
            throw inNoNetwork();
        }
    }

    private NoCluster inNoNetwork() {
        return new NoCluster(hostName(), "it is in no network", "Make it a node first: `raptiformica join`.");
    }

    @Override
    public MeshResult mesh(MeshRequest request) {
        boolean already = node.record().isPresent() && joined() && linked();
        if (!already) {
            begin(request);
            Waiting.until("membership of " + hostName(), JOIN_LIMIT, this::arrived);
        }
        MeshResult result = new MeshResult(status().meshAddress(), !already, links(), aliveMembers());
        if (request.afterMesh()) {
            // Not waited for: a handler may take 20 minutes, and the node is a member whatever it does.
            JsonObject event = status().toJson();
            Thread.ofVirtual().name("after_mesh").start(() -> parts.hooks().fire("after_mesh", event));
        }
        return result;
    }

    private void begin(MeshRequest request) {
        refuseOtherEngine(request);
        MeshIdentity identity = node.engine().ensureIdentity();
        request.self()
                .filter(self -> !self.publicKey().equals(identity.publicKey()))
                .ifPresent(self -> {
                    throw new BadData(
                            hostName(),
                            "the entry is for the key " + self.publicKey() + ", this node's is " + identity.publicKey(),
                            "Slave this machine again.");
                });
        Optional<NodeRecord> before = node.record();
        if (before.isEmpty()) {
            parts.replica().begin(request.config());
            node.write(
                    new NodeRecord(identity.publicKey(), request.founder() ? ConsulRole.FOUNDER : ConsulRole.CLIENT));
        } else {
            refuseOtherSecrets(request.config());
            if (!joined()) {
                // What it was given the first time did not lead it into the cluster.
                parts.replica().begin(request.config());
            }
        }
        loop.poke();
    }

    @Override
    public void learn(Mapping config) {
        if (node.record().isPresent() && !joined()) {
            refuseOtherSecrets(config);
            parts.replica().take(config);
            loop.poke();
        }
    }

    private void refuseOtherEngine(MeshRequest request) {
        EngineKind ours = node.engine().kind();
        EngineKind theirs = EngineKind.of(request.config());
        if (theirs != ours) {
            throw new MachineUnsuitable(
                    hostName(),
                    "its mesh engine is %s, and the mesh of this cluster is of %s"
                            .formatted(ours.word(), theirs.word()),
                    "Run `raptiformica clean` on it first.");
        }
    }

    private void refuseOtherSecrets(Mapping config) {
        Optional<String> ours = ClusterId.of(parts.replica().current());
        if (!ClusterId.of(config).equals(ours)) {
            throw new MachineUnsuitable(
                    hostName(),
                    "it is a node of another cluster (" + ours.orElse("?") + ")",
                    "Run `raptiformica clean` on it first.");
        }
    }

    private Optional<Boolean> arrived() {
        String waiting = loop.waitingFor();
        if (waiting.isEmpty() && joined() && linked()) {
            return Optional.of(true);
        }
        // Thrown, not returned: the waiting tells the last one when its limit is reached.
        throw new StepFailed(
                hostName(),
                waiting.isEmpty() ? "its store has no leader yet" : waiting,
                "Look into /var/log/raptiformica on that machine, then run the command again.");
    }

    private boolean joined() {
        return node.storeAnswers();
    }

    private boolean linked() {
        return Neighbour.all(parts.replica().current()).size() < 2 || links() > 0;
    }

    private int links() {
        try {
            return (int) node.engine().peers().stream()
                    .filter(Peer::up)
                    .map(peer -> peer.publicKey().orElse(peer.remote()))
                    .distinct()
                    .count();
        } catch (EngineException notRunning) {
            return 0;
        }
    }

    private int aliveMembers() {
        return (int) node.membership().members().stream().filter(Member::alive).count();
    }

    @Override
    public List<RoundTrip> roundTrips(List<String> addresses) {
        return RoundTrips.measure(addresses);
    }

    @Override
    public void rejoin() {
        loop.poke();
        new MembershipReconciler(node.consul(), parts.replica())
                .joinAll(node.record().orElseThrow());
    }

    @Override
    public void advertise(Advertisement wish) {
        NodeRecord record = node.record().orElseThrow(this::inNoNetwork);
        List<Change> changes = Advertising.take(
                wish, parts.cache(), Neighbour.of(parts.replica().current(), record.publicKey()));
        if (!changes.isEmpty()) {
            parts.store().write(_ -> changes);
        }
        loop.poke();
    }

    @Override
    public void forget(List<String> meshAddresses) {
        StoreOutage.bridge(() -> meshAddresses.forEach(node.membership()::forceLeave));
    }

    @Override
    public void leave() {
        departure.leave();
    }

    @Override
    public StoreState storeState() {
        return recovery.state();
    }

    @Override
    public void recoverStore(List<StoreServer> servers) {
        recovery.order(servers, loop::poke);
    }

    @Override
    public SnapshotAbout saveSnapshot() {
        return snapshots.save();
    }

    @Override
    public SnapshotPart snapshotPart(SnapshotPart wanted) {
        return snapshots.part(wanted);
    }

    @Override
    public void putSnapshotPart(SnapshotPart part) {
        snapshots.put(part);
    }

    @Override
    public void restoreSnapshot(SnapshotAbout about) {
        snapshots.restore(about);
        loop.poke();
    }

    @Override
    public List<ModuleDescription> modules() {
        return parts.modules().list();
    }

    @Override
    public void putModulePart(ModulePart part) {
        parts.modules().putPart(part);
    }

    @Override
    public void putModule(PackedModule module) {
        parts.modules().put(module);
        loop.poke();
    }

    @Override
    public void removeModule(String name) {
        parts.modules().remove(name);
        loop.poke();
    }

    private static String hostName() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException e) {
            return "this node";
        }
    }
}
