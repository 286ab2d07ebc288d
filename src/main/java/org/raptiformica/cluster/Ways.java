package org.raptiformica.cluster;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.raptiformica.cluster.api.AgentClient;
import org.raptiformica.cluster.api.RoundTrip;
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
        try {
            connections.trust(require(node));
            return opened(connections.routeTo(node));
        } catch (MachineUnreachable notThere) {
            return besides(node).or(() -> overTheMesh(node)).orElseThrow(() -> notThere);
        }
    }

    /** The connection on the first way that leads to the node. */
    SshHost connect(Neighbour node) {
        return connections.to(to(node));
    }

    /** The connection to what is meant. */
    SshHost connect(Meant meant) {
        return switch (meant) {
            case Meant.Node(Neighbour node) -> connect(node);
            case Meant.Machine(MachineAddress address) -> connections.to(address);
        };
    }

    private static Neighbour require(Neighbour node) {
        if (node.host().isEmpty()) {
            throw new MachineUnreachable(
                    node.name(),
                    "it has no SSH server that can be reached from here",
                    "Run the command on that machine.");
        }
        return node;
    }

    private Route opened(Route route) {
        connections.to(route);
        return route;
    }

    private Optional<Route> besides(Neighbour node) {
        return Parallel.firstOf(connections.besides(node), this::leads);
    }

    private boolean leads(Route route) {
        try {
            connections.to(route);
            return true;
        } catch (Failure notThere) {
            return false;
        }
    }

    private Optional<Route> overTheMesh(Neighbour node) {
        try {
            AgentClient agent = config.agent();
            if (answers(agent, node.meshAddress())) {
                return overTheMesh(node, gateway.wayIn()).filter(this::leads).findFirst();
            }
        } catch (Failure noNode) {
            // Then there is no mesh to go through either.
        }
        return Optional.empty();
    }

    private static boolean answers(AgentClient agent, String meshAddress) {
        return agent.roundTrips(List.of(meshAddress)).stream()
                .map(RoundTrip::time)
                .anyMatch(Optional::isPresent);
    }

    /** In the mesh an SSH server is where it listens, which a router or an engine of containers may show as another port. */
    private Stream<Route> overTheMesh(Neighbour node, Optional<Route> wayIn) {
        return Stream.of(MachineAddress.SSH_PORT, node.sshPort())
                .distinct()
                .map(port -> new MachineAddress(node.meshAddress(), port, MachineAddress.ROOT))
                .map(machine -> connections.pinned(node, machine, wayIn));
    }
}
