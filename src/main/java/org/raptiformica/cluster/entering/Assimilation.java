package org.raptiformica.cluster.entering;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;
import org.raptiformica.cluster.api.AgentClient;
import org.raptiformica.cluster.api.MeshRequest;
import org.raptiformica.cluster.api.MeshResult;
import org.raptiformica.cluster.api.NodeStatus;
import org.raptiformica.cluster.api.SshChannel;
import org.raptiformica.cluster.config.ClusterConfig;
import org.raptiformica.cluster.journey.Journey;
import org.raptiformica.config.Change;
import org.raptiformica.config.ClusterId;
import org.raptiformica.config.Keys;
import org.raptiformica.config.Mapping;
import org.raptiformica.config.Neighbour;
import org.raptiformica.failure.BadData;
import org.raptiformica.failure.Failure;
import org.raptiformica.failure.MachineUnsuitable;
import org.raptiformica.failure.NoCluster;
import org.raptiformica.failure.StepFailed;
import org.raptiformica.host.Command;
import org.raptiformica.host.Host;
import org.raptiformica.host.MachineAddress;
import org.raptiformica.host.Outcome;
import org.raptiformica.host.OwnAddresses;
import org.raptiformica.host.Route;
import org.raptiformica.mesh.EngineKind;
import org.raptiformica.provision.Inspection;

/**
 * Makes a provisioned machine a node: its agent runs, the cluster knows it, it has joined. The first machine of a cluster
 * founds it; the others are entered in the shared config before they knock, because nodes let only members in.
 */
final class Assimilation {

    private static final Duration AGENT_LIMIT = Duration.ofSeconds(60);
    private static final Duration NEWS = Duration.ofSeconds(10);

    private final ClusterConfig config;
    private final Founding founding;
    private final Duration news;

    Assimilation(ClusterConfig config, Founding founding) {
        this(config, founding, NEWS);
    }

    /** @param news how often a machine that is on its way is told who came in meanwhile */
    Assimilation(ClusterConfig config, Founding founding, Duration news) {
        this.config = config;
        this.founding = founding;
        this.news = news;
    }

    /**
     * What the machine is underneath, as far as the client knows it.
     *
     * @param route how SSH gets to it, where it has an SSH server that others can reach
     * @param addresses where others may reach it besides; its agent keeps them true from then on
     */
    record Underlay(
            Optional<Route> route,
            String platform,
            Optional<String> hostKey,
            Optional<String> uuid,
            List<String> addresses) {}

    /** Returns the node's place in the mesh. */
    MeshResult run(Journey journey, Host machine, Underlay underlay, boolean afterMesh) {
        NodeStatus node = journey.step("start the agent", () -> ensureAgent(machine));
        refuseAnotherCluster(machine, node);
        Neighbour entry = entryOf(node, underlay, config.cached());
        AgentClient agent = new AgentClient(new SshChannel(machine));
        Optional<MeshResult> founded =
                journey.step("found, or wait for the founder", () -> found(agent, node, entry, afterMesh));
        return founded.orElseGet(() -> {
            Mapping mapping = journey.step("register", () -> register(agent, node, entry));
            MeshRequest request = new MeshRequest(mapping, Optional.of(entry), false, afterMesh);
            return journey.step("join", () -> join(agent, entry, request));
        });
    }

    /** Whether a machine whose agent runs is a member of its cluster now. */
    static boolean joined(Host machine, boolean agentRuns) {
        try {
            return agentRuns
                    && new AgentClient(new SshChannel(machine)).status().joined();
        } catch (NoCluster noAnswer) {
            return false;
        }
    }

    /** Sees to it that the agent of a machine runs, in the version that is installed there. */
    static Journey.Found<NodeStatus> ensureAgent(Host machine) {
        Outcome outcome = machine.run(Command.of(SshChannel.PROGRAM, "agent", "--ensure", "--output", "json")
                .withLimit(AGENT_LIMIT));
        if (!outcome.ok()) {
            throw new StepFailed(
                    machine.name(),
                    "the agent does not start: " + outcome.err().strip(),
                    "Look into /var/log/raptiformica/agent.log on that machine.");
        }
        try {
            JsonObject answer = JsonParser.parseString(outcome.out()).getAsJsonObject();
            return new Journey.Found<>(
                    NodeStatus.from(answer.getAsJsonObject("status")),
                    answer.get("changed").getAsBoolean());
        } catch (JsonParseException | IllegalStateException noAnswer) {
            throw new StepFailed(
                    machine.name(),
                    "its agent's answer is no JSON: " + outcome.out().strip(),
                    "See what `ssh %s %s agent --ensure` prints there.".formatted(machine.name(), SshChannel.PROGRAM));
        }
    }

    /** The same by what was seen on the machine, before anything of it is touched. */
    void refuseAnotherCluster(Host machine, Inspection seen) {
        Mapping ours = config.cached();
        Optional<String> id = ClusterId.of(ours);
        if (seen.running().contains("consul")
                && seen.cluster().isPresent()
                && !seen.cluster().equals(id)) {
            throw anotherCluster(machine, seen.cluster().get(), id);
        }
    }

    private void refuseAnotherCluster(Host machine, NodeStatus node) {
        EngineKind engine = EngineKind.of(config.cached());
        if (!node.engine().equals(engine.word())) {
            throw new MachineUnsuitable(
                    machine.name(),
                    "its mesh engine is %s, and the mesh of this cluster is of %s"
                            .formatted(node.engine(), engine.word()),
                    "Run `raptiformica clean` on it first, or use that cluster's cache directory with --cache-dir.");
        }
        Optional<String> ours = ClusterId.of(config.cached());
        if (node.meshed() && node.cluster().isPresent() && !node.cluster().equals(ours)) {
            throw anotherCluster(machine, node.cluster().get(), ours);
        }
    }

    private static MachineUnsuitable anotherCluster(Host machine, String its, Optional<String> ours) {
        return new MachineUnsuitable(
                machine.name(),
                "it is a node of another cluster (" + its + ", ours is " + ours.orElse("none") + ")",
                "Take it out of that one first: `raptiformica clean " + machine.name()
                        + "` (or `deploy --recreate`), or use that cluster's cache directory with --cache-dir.");
    }

    /** An instance that is slaved again by its address is still the instance that it was. */
    private Neighbour entryOf(NodeStatus node, Underlay underlay, Mapping known) {
        Optional<Neighbour> before = Neighbour.of(known, node.publicKey());
        Optional<MachineAddress> server =
                underlay.route().map(Route::machine).map(machine -> asOthersSeeIt(machine, node));
        Neighbour entry = new Neighbour(
                node.publicKey(),
                server.map(MachineAddress::host),
                server.map(MachineAddress::port).orElse(MachineAddress.SSH_PORT),
                node.engine(),
                node.meshPort(),
                node.meshAddress(),
                node.name(),
                underlay.platform(),
                underlay.hostKey(),
                underlay.uuid().or(() -> before.flatMap(Neighbour::uuid)),
                underlay.route().flatMap(Route::jumpsText));
        return before.map(it -> entry.saying(it.addresses(), it.program(), it.lastSeen()))
                .orElseGet(() -> entry.saying(underlay.addresses(), Optional.empty(), Optional.empty()));
    }

    /** This machine itself, reached as {@code localhost}: others need an address of it. An instance behind a port stays. */
    private MachineAddress asOthersSeeIt(MachineAddress machine, NodeStatus node) {
        if (!OwnAddresses.isLoopback(machine.host()) || !config.isThisMachine(node.publicKey())) {
            return machine;
        }
        return OwnAddresses.now().reachable().stream()
                .findFirst()
                .map(own -> new MachineAddress(own, machine.port(), machine.user()))
                .orElse(machine);
    }

    /** Founds the cluster where there is none besides this node. */
    private Journey.Found<Optional<MeshResult>> found(
            AgentClient agent, NodeStatus node, Neighbour entry, boolean afterMesh) {
        try (Founding.Turn _ = founding.turn()) {
            Mapping mapping = config.cached();
            boolean alone = Neighbour.all(mapping).stream()
                    .allMatch(other -> other.publicKey().equals(entry.publicKey()) || isFormerSelf(other, entry));
            if (!alone) {
                return new Journey.Found<>(Optional.empty(), false);
            }
            // Remembered first: a founder that founds on after this call was cut off must stay the only one.
            config.remember(entryChanges(entry, mapping));
            try {
                MeshResult result =
                        agent.mesh(new MeshRequest(withEntry(mapping, entry), Optional.of(entry), true, afterMesh));
                return new Journey.Found<>(Optional.of(result), result.changed());
            } catch (StepFailed | MachineUnsuitable | BadData cannot) {
                if (!node.meshed()) {
                    takeBack(agent, entry);
                }
                throw cannot;
            }
        }
    }

    /**
     * A machine that says that it cannot found the cluster leaves that to the next one; but not before it has said, too,
     * that it does not try on, or there would be two clusters when it can at last.
     */
    private void takeBack(AgentClient agent, Neighbour entry) {
        try {
            agent.leave();
            config.remember(List.of(new Change.DeleteBelow(Keys.neighbour(entry.publicKey()))));
        } catch (Failure silent) {
            // It stays the founder; who comes next is told that it does not answer.
        }
    }

    /** A node that has joined is asked itself what the cluster knows of it; for another one some other node is. */
    private Journey.Found<Mapping> register(AgentClient agent, NodeStatus node, Neighbour entry) {
        Mapping mapping = node.joined() ? agent.config().mapping() : config.current();
        Neighbour current = Neighbour.of(mapping, entry.publicKey())
                .map(it -> entry.saying(it.addresses(), it.program(), it.lastSeen()))
                .orElse(entry);
        List<Change> changes = entryChanges(current, mapping);
        if (!changes.isEmpty()) {
            register(changes);
        }
        return new Journey.Found<>(withEntry(mapping, current), !changes.isEmpty());
    }

    /** Nodes let in whom they know: an entry that no node has yet is of no use to a machine that is to join now. */
    private void register(List<Change> changes) {
        config.agent();
        config.change(changes);
    }

    private Journey.Found<MeshResult> join(AgentClient agent, Neighbour entry, MeshRequest request) {
        Thread messenger = Thread.ofVirtual().start(() -> tellNews(agent, entry, request.config()));
        try {
            MeshResult result = agent.mesh(request);
            return new Journey.Found<>(result, result.changed());
        } finally {
            messenger.interrupt();
        }
    }

    /** Whoever comes in meanwhile may be the only one that this machine can link with, and nobody else can tell it. */
    private void tellNews(AgentClient agent, Neighbour entry, Mapping told) {
        Set<String> known = nodesOf(told);
        try {
            while (true) {
                // Most have joined before the first look, which costs the node that is asked.
                Thread.sleep(news);
                Mapping now = withEntry(config.current(), entry);
                if (!nodesOf(now).equals(known)) {
                    agent.learn(now);
                    known = nodesOf(now);
                }
            }
        } catch (InterruptedException | CancellationException joined) {
            Thread.currentThread().interrupt();
        } catch (Failure unreachable) {
            // It joins with what it was told at first, or says itself why it does not.
        }
    }

    private static Set<String> nodesOf(Mapping mapping) {
        return Neighbour.all(mapping).stream().map(Neighbour::publicKey).collect(Collectors.toSet());
    }

    /**
     * Whether an entry is what this machine was before it was cleaned or lost its disk's content: the same SSH host key at
     * the same address, and another key in the mesh.
     */
    private static boolean isFormerSelf(Neighbour node, Neighbour entry) {
        return !node.publicKey().equals(entry.publicKey())
                && node.host().equals(entry.host())
                && node.sshPort() == entry.sshPort()
                && node.sshHostKey().isPresent()
                && node.sshHostKey().equals(entry.sshHostKey());
    }

    private static Mapping withEntry(Mapping mapping, Neighbour entry) {
        Mapping result = mapping;
        for (Change change : entryChanges(entry, mapping)) {
            result = change.appliedTo(result);
        }
        return result;
    }

    /** What has to be changed for the mapping to have exactly this entry for the node. */
    private static List<Change> entryChanges(Neighbour entry, Mapping mapping) {
        Mapping before = mapping.below(Keys.neighbour(entry.publicKey()));
        Mapping after = entry.writtenTo(Mapping.empty());
        List<Change> changes = new ArrayList<>();
        after.asMap().forEach((key, value) -> {
            if (!before.get(key).equals(Optional.of(value))) {
                changes.add(new Change.Set(key, value));
            }
        });
        before.asMap().keySet().stream()
                .filter(key -> after.get(key).isEmpty())
                .map(Change.Delete::new)
                .forEach(changes::add);
        if (mapping.get(Keys.leaving(entry.publicKey())).isPresent()) {
            changes.add(new Change.Delete(Keys.leaving(entry.publicKey())));
        }
        Neighbour.all(mapping).stream()
                .filter(node -> isFormerSelf(node, entry))
                .map(node -> new Change.DeleteBelow(Keys.neighbour(node.publicKey())))
                .forEach(changes::add);
        return changes;
    }
}
