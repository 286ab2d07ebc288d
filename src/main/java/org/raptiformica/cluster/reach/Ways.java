package org.raptiformica.cluster.reach;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.raptiformica.cluster.api.AgentClient;
import org.raptiformica.cluster.api.RoundTrip;
import org.raptiformica.cluster.config.ClusterConfig;
import org.raptiformica.cluster.gateway.Connections;
import org.raptiformica.cluster.gateway.Gateway;
import org.raptiformica.cluster.journey.Parallel;
import org.raptiformica.config.Neighbour;
import org.raptiformica.failure.Failure;
import org.raptiformica.failure.MachineUnreachable;
import org.raptiformica.host.MachineAddress;
import org.raptiformica.host.Route;
import org.raptiformica.host.SshHost;

/**
 * The ways on which SSH gets to a node, wherever it is now: the host of its entry, else the other addresses that it has
 * told, else over the mesh, from here where this machine is a node and through the node that serves this command where it
 * is none. Whoever answers has to show the node's own host key.
 */
public final class Ways {

    /** A node that is where it is said to be has answered by then. */
    private static final Duration USUAL = Duration.ofSeconds(3);

    private final Connections connections;
    private final ClusterConfig config;
    private final Gateway gateway;

    /** The gateway has to be the one of the config. */
    public Ways(Connections connections, ClusterConfig config, Gateway gateway) {
        this.connections = connections;
        this.config = config;
        this.gateway = gateway;
    }

    /**
     * The first way that leads to the node; it is open then.
     *
     * @throws MachineUnreachable where none does
     */
    public Route to(Neighbour node) {
        return new Search(node).run();
    }

    /**
     * The connection on the first way that leads to the node.
     *
     * @throws MachineUnreachable where none does
     */
    public SshHost connect(Neighbour node) {
        return connections.to(to(node));
    }

    /**
     * The connection to what is meant, which does not go away with the mesh.
     *
     * @throws MachineUnreachable also where only the mesh leads there
     */
    public SshHost connectUnderneath(Meant meant) {
        return switch (meant) {
            case Meant.Node(Neighbour node) -> connections.to(underneath(node));
            case Meant.Machine(MachineAddress address) -> connections.to(address);
        };
    }

    private Route underneath(Neighbour node) {
        Route route = to(node);
        if (route.machine().host().equals(node.meshAddress())) {
            throw new MachineUnreachable(
                    node.name(),
                    "only the mesh leads there, and this takes it off the mesh",
                    "Run the command on that machine, or on a node that reaches it: `raptiformica ssh " + node.name()
                            + "` logs in to it.");
        }
        return route;
    }

    /** The usual way first, and all others when it leads nowhere or takes long. */
    private final class Search {

        private final Neighbour node;
        private final CountDownLatch usualFailed = new CountDownLatch(1);
        private volatile MachineUnreachable reason;

        Search(Neighbour node) {
            this.node = node;
            this.reason = new MachineUnreachable(
                    node.name(),
                    "it has no SSH server that can be reached from here",
                    "Run the command on that machine.");
        }

        Route run() {
            List<Callable<Optional<Route>>> ways = new ArrayList<>();
            ways.add(this::usual);
            connections.besides(node).forEach(route -> ways.add(() -> later() ? opened(route) : Optional.empty()));
            ways.add(() -> later() ? overTheMesh() : Optional.empty());
            return Parallel.firstOf(ways).orElseThrow(() -> reason);
        }

        private Optional<Route> usual() {
            try {
                if (node.host().isPresent()) {
                    Route route = connections.routeTo(node);
                    connections.to(node);
                    return Optional.of(route);
                }
            } catch (MachineUnreachable notThere) {
                reason = notThere;
            } finally {
                usualFailed.countDown();
            }
            return Optional.empty();
        }

        private boolean later() throws InterruptedException {
            boolean failed = usualFailed.await(USUAL.toMillis(), TimeUnit.MILLISECONDS);
            return failed || !Thread.currentThread().isInterrupted();
        }

        private Optional<Route> opened(Route route) {
            try {
                connections.to(route);
                return Optional.of(route);
            } catch (Failure notThere) {
                return Optional.empty();
            }
        }

        private Optional<Route> overTheMesh() {
            try {
                AgentClient agent = config.agent();
                if (answers(agent, node.meshAddress())) {
                    return meshRoutes(gateway.wayIn())
                            .flatMap(route -> opened(route).stream())
                            .findFirst();
                }
            } catch (Failure noNode) {
                // Then there is no mesh to go through either.
            }
            return Optional.empty();
        }

        /** In the mesh an SSH server is where it listens, which a router or an engine of containers may show as another port. */
        private Stream<Route> meshRoutes(Optional<Route> wayIn) {
            return Stream.of(MachineAddress.SSH_PORT, node.sshPort())
                    .distinct()
                    .map(port -> new MachineAddress(node.meshAddress(), port, MachineAddress.ROOT))
                    .map(machine -> connections.pinned(node, machine, wayIn));
        }
    }

    private static boolean answers(AgentClient agent, String meshAddress) {
        return agent.roundTrips(List.of(meshAddress)).stream()
                .map(RoundTrip::time)
                .anyMatch(Optional::isPresent);
    }
}
