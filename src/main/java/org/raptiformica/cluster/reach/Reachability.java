package org.raptiformica.cluster.reach;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.raptiformica.cluster.api.AgentClient;
import org.raptiformica.cluster.api.RoundTrip;
import org.raptiformica.cluster.api.SshChannel;
import org.raptiformica.cluster.gateway.Gateway;
import org.raptiformica.cluster.journey.Parallel;
import org.raptiformica.config.Neighbour;
import org.raptiformica.failure.Failure;

/** Asks every node how long each other one takes to answer over the mesh. */
public final class Reachability {

    private final Ways ways;
    private final Gateway gateway;

    /** Asks nodes on these ways, and the node of this machine directly. */
    public Reachability(Ways ways, Gateway gateway) {
        this.ways = ways;
        this.gateway = gateway;
    }

    /** One row a node that could be asked, its round trips to all others. */
    public Map<Neighbour, List<RoundTrip>> measure(List<Neighbour> nodes) {
        Map<Neighbour, List<RoundTrip>> matrix = new TreeMap<>(Comparator.comparing(Neighbour::publicKey));
        Optional<AgentClient> here = gateway.ofThisMachine();
        Parallel.over(nodes, node -> measureFrom(node, nodes, here))
                .forEach((node, trips) -> trips.ifPresent(row -> matrix.put(node, row)));
        return matrix;
    }

    private Optional<List<RoundTrip>> measureFrom(Neighbour node, List<Neighbour> nodes, Optional<AgentClient> here) {
        List<String> others = nodes.stream()
                .filter(other -> !other.equals(node))
                .map(Neighbour::meshAddress)
                .toList();
        try {
            return agentOf(node, here).map(agent -> agent.roundTrips(others));
        } catch (Failure unreachable) {
            return Optional.empty();
        }
    }

    private Optional<AgentClient> agentOf(Neighbour node, Optional<AgentClient> here) {
        if (here.isPresent() && here.get().status().publicKey().equals(node.publicKey())) {
            return here;
        }
        return Optional.of(new AgentClient(new SshChannel(ways.connect(node))));
    }
}
