package org.raptiformica.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.raptiformica.cluster.api.AgentClient;
import org.raptiformica.cluster.api.NodeStatus;
import org.raptiformica.cluster.api.SshChannel;
import org.raptiformica.config.Change;
import org.raptiformica.config.Keys;
import org.raptiformica.config.Neighbour;
import org.raptiformica.failure.Failure;
import org.raptiformica.failure.NoCluster;
import org.raptiformica.host.Route;
import org.raptiformica.host.SshHost;

/**
 * Lets nodes go in order, one after the other: each leaves the store, the others forget it, and nothing of it stays on the
 * machine. What was interrupted goes on when it is asked for again.
 */
public final class Leave {

    private final ClusterConfig config;
    private final Connections connections;
    private final Gateway gateway;
    private final Clean clean;

    /** Lets nodes go with these parts; {@code clean} cleans this machine. */
    public Leave(ClusterConfig config, Connections connections, Gateway gateway, Clean clean) {
        this.config = config;
        this.connections = connections;
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
     * Nodes leave.
     *
     * @param machines what they are called, or the address of one that nobody knows any more
     */
    public List<MachineResult> run(List<String> machines, Progress progress) {
        refresh();
        List<Neighbour> nodes = Neighbour.all(config.cached());
        List<Route> routes = machines.stream()
                .map(text -> CleanMachines.route(nodes, text, connections))
                .distinct()
                .toList();
        List<MachineResult> results = new ArrayList<>();
        routes.forEach(route -> results.add(leave(route, progress)));
        return results;
    }

    private void refresh() {
        try {
            config.current();
        } catch (NoCluster noneAnswers) {
            // A cluster of which nothing answers can still be named from the cache.
        }
    }

    private MachineResult leave(Route route, Progress progress) {
        String name = route.machine().toString();
        Journey journey = new Journey(progress.track(name));
        try {
            SshHost host = journey.look("connect", () -> connections.to(route));
            AgentClient agent = new AgentClient(new SshChannel(host));
            Optional<NodeStatus> status = statusOf(agent);
            if (status.isPresent()) {
                journey.step("leave the store", () -> left(agent));
            }
            journey.step("be forgotten", () -> forgotten(route, status));
            journey.step("clean", () -> FarClean.run(host));
            journey.track().done("has left");
            return MachineResult.of(name, journey, Optional.empty());
        } catch (Failure failure) {
            journey.track().failed(failure.what());
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
    private Journey.Found<Boolean> forgotten(Route route, Optional<NodeStatus> status) {
        List<Neighbour> nodes = Neighbour.all(config.cached());
        List<Neighbour> gone =
                nodes.stream().filter(node -> isThat(node, route, status)).toList();
        if (gone.isEmpty()) {
            return new Journey.Found<>(false, false);
        }
        List<Change> changes = new ArrayList<>();
        gone.forEach(node -> {
            changes.add(new Change.DeleteBelow(Keys.neighbour(node.publicKey())));
            changes.add(new Change.Delete(Keys.leaving(node.publicKey())));
        });
        List<Neighbour> others = nodes.stream()
                .filter(node -> !gone.contains(node) && node.host().isPresent())
                .toList();
        Parallel.firstOf(others, this::joined).map(this::agentOf).ifPresent(agent -> {
            agent.change(changes);
            agent.forget(gone.stream().map(Neighbour::meshAddress).toList());
        });
        config.remember(changes);
        return new Journey.Found<>(true, true);
    }

    private static boolean isThat(Neighbour node, Route route, Optional<NodeStatus> status) {
        return status.map(seen -> seen.publicKey().equals(node.publicKey()))
                .orElseGet(
                        () -> node.host().filter(route.machine().host()::equals).isPresent()
                                && node.sshPort() == route.machine().port());
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
