package org.raptiformica.cluster.leaving;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.raptiformica.cluster.api.AgentClient;
import org.raptiformica.cluster.api.NodeStatus;
import org.raptiformica.cluster.api.SshChannel;
import org.raptiformica.cluster.config.ClusterConfig;
import org.raptiformica.cluster.gateway.Connections;
import org.raptiformica.cluster.gateway.Gateway;
import org.raptiformica.cluster.journey.Journey;
import org.raptiformica.cluster.journey.MachineResult;
import org.raptiformica.cluster.journey.Parallel;
import org.raptiformica.cluster.journey.Progress;
import org.raptiformica.cluster.reach.Meant;
import org.raptiformica.cluster.reach.Ways;
import org.raptiformica.config.Change;
import org.raptiformica.config.Keys;
import org.raptiformica.config.Neighbour;
import org.raptiformica.failure.Failure;
import org.raptiformica.failure.NoCluster;
import org.raptiformica.host.SshHost;

/**
 * Lets nodes go in order: each leaves the store, the others forget it, and nothing of it stays on the machine. Several go at
 * the same time, so that none of them takes a server's place only to hand it over in its turn. What was interrupted goes on
 * when it is asked for again.
 */
public final class Leave {

    private final ClusterConfig config;
    private final Connections connections;
    private final Ways ways;
    private final Gateway gateway;
    private final Clean clean;

    /** Lets nodes go with these parts; {@code clean} cleans this machine. */
    public Leave(ClusterConfig config, Connections connections, Ways ways, Gateway gateway, Clean clean) {
        this.config = config;
        this.connections = connections;
        this.ways = ways;
        this.gateway = gateway;
        this.clean = clean;
    }

    /**
     * This machine leaves its cluster.
     *
     * @throws NoCluster where it is no node
     */
    public MachineResult thisNode(Progress.Track track) {
        AgentClient agent = gateway.ofThisMachine()
                .orElseThrow(() -> new NoCluster(
                        "this machine",
                        "it is no node, or not any more",
                        "Name the node that is to leave; `raptiformica clean` removes what is left of one here."));
        NodeStatus status = agent.status();
        Journey journey = new Journey(track);
        journey.step("leave the store", () -> left(agent));
        journey.step("clean", () -> new Journey.Found<>(clean.run(track), true));
        track.done("has left");
        return MachineResult.of(status.name(), journey, Optional.empty());
    }

    /**
     * Which nodes a person means, each once.
     *
     * @param machines what they are called, or the address of one that nobody knows any more
     */
    public List<Meant> meant(List<String> machines) {
        refresh();
        return Meant.all(Neighbour.all(config.cached()), machines);
    }

    /** Nodes leave: this machine last, if it is among them, since this program and its files go with it. */
    public List<MachineResult> run(List<Meant> machines, Progress progress) {
        List<Meant> here = machines.stream().filter(this::isHere).toList();
        List<Meant> elsewhere =
                machines.stream().filter(machine -> !here.contains(machine)).toList();
        List<MachineResult> results = new ArrayList<>(leave(elsewhere, machines, progress));
        results.addAll(leave(here, machines, progress));
        return results;
    }

    private boolean isHere(Meant machine) {
        return switch (machine) {
            case Meant.Node(Neighbour node) -> config.isThisMachine(node.publicKey());
            case Meant.Machine _ -> false;
        };
    }

    private Collection<MachineResult> leave(List<Meant> machines, List<Meant> leaving, Progress progress) {
        return Parallel.over(machines, machine -> leave(machine, leaving, progress))
                .values();
    }

    private void refresh() {
        try {
            config.current();
        } catch (NoCluster noneAnswers) {
            // A cluster of which nothing answers can still be named from the cache.
        }
    }

    private MachineResult leave(Meant machine, List<Meant> leaving, Progress progress) {
        String name = machine.name();
        Journey journey = new Journey(progress.track(name));
        try {
            SshHost host = journey.look("connect", () -> ways.connectUnderneath(machine));
            AgentClient agent = new AgentClient(new SshChannel(host));
            Optional<NodeStatus> status = statusOf(agent);
            if (status.isPresent()) {
                journey.step("leave the store", () -> left(agent));
            }
            journey.step("be forgotten", () -> forgotten(machine, leaving, status));
            journey.step("clean", () -> FarClean.run(host));
            journey.track().done("has left");
            return MachineResult.of(name, journey, Optional.empty());
        } catch (RuntimeException thrown) {
            Failure failure = journey.ends(name, thrown);
            return MachineResult.of(name, journey, Optional.of(failure));
        }
    }

    private static Journey.Found<Boolean> left(AgentClient agent) {
        agent.leave();
        return new Journey.Found<>(true, true);
    }

    private static Optional<NodeStatus> statusOf(AgentClient agent) {
        try {
            return Optional.of(agent.status());
        } catch (NoCluster noNodeAnyMore) {
            return Optional.empty();
        }
    }

    /** The others do it by themselves; where one of them answers here, it is done when this returns. */
    private Journey.Found<Boolean> forgotten(Meant machine, List<Meant> leaving, Optional<NodeStatus> status) {
        List<Neighbour> nodes = Neighbour.all(config.cached());
        List<Neighbour> gone =
                nodes.stream().filter(node -> isThat(node, machine, status)).toList();
        if (gone.isEmpty()) {
            return new Journey.Found<>(false, false);
        }
        List<Change> changes = new ArrayList<>();
        gone.forEach(node -> {
            changes.add(new Change.DeleteBelow(Keys.neighbour(node.publicKey())));
            changes.add(new Change.Delete(Keys.leaving(node.publicKey())));
        });
        forget(
                changes,
                gone,
                nodes.stream()
                        .filter(node -> !gone.contains(node) && leaving.stream().noneMatch(other -> other.is(node)))
                        .toList());
        return new Journey.Found<>(true, true);
    }

    /** Not through the node that serves this command: it may be one that goes. */
    private void forget(List<Change> changes, List<Neighbour> gone, List<Neighbour> others) {
        if (others.isEmpty()) {
            config.remember(changes);
            return;
        }
        List<Neighbour> dialable =
                others.stream().filter(node -> node.host().isPresent()).toList();
        Optional<AgentClient> agent = ofThisMachine(others)
                .or(() -> Parallel.firstOf(dialable, this::joined).map(this::agentOf));
        config.change(changes, agent);
        agent.ifPresent(
                it -> it.forget(gone.stream().map(Neighbour::meshAddress).toList()));
    }

    private Optional<AgentClient> ofThisMachine(List<Neighbour> others) {
        return gateway.ofThisMachine().filter(agent -> {
            String publicKey = agent.status().publicKey();
            return others.stream().anyMatch(other -> other.publicKey().equals(publicKey));
        });
    }

    private static boolean isThat(Neighbour node, Meant machine, Optional<NodeStatus> status) {
        return status.map(seen -> seen.publicKey().equals(node.publicKey())).orElseGet(() -> machine.is(node));
    }

    private boolean joined(Neighbour node) {
        try {
            return agentOf(node).status().joined();
        } catch (Failure away) {
            return false;
        }
    }

    private AgentClient agentOf(Neighbour node) {
        return new AgentClient(new SshChannel(connections.to(node)));
    }
}
