package org.raptiformica.cluster.gateway;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.raptiformica.cluster.api.Channel;
import org.raptiformica.cluster.api.Wire;
import org.raptiformica.config.Neighbour;
import org.raptiformica.failure.MachineUnreachable;
import org.raptiformica.failure.NoCluster;
import org.raptiformica.host.Route;

/**
 * The node that serves a command, and another one from then on where it is lost in the middle. What may have been done
 * already is not asked again.
 */
final class ServingNode implements Channel {

    private static final Set<String> REPEATABLE =
            Set.of("status", "members", "config", "deliver", "roundTrips", "modules", "storeState", "rejoin");

    private final Function<List<Neighbour>, Optional<NodeRace.Winner>> race;
    private final List<Neighbour> nodes;
    private NodeRace.Winner node;

    private ServingNode(
            List<Neighbour> nodes, Function<List<Neighbour>, Optional<NodeRace.Winner>> race, NodeRace.Winner node) {
        this.race = race;
        this.nodes = nodes;
        this.node = node;
    }

    /** The first of the nodes that answers; the race is run again whenever it is lost. */
    static Optional<ServingNode> firstOf(
            List<Neighbour> nodes, Function<List<Neighbour>, Optional<NodeRace.Winner>> race) {
        return race.apply(nodes).map(node -> new ServingNode(nodes, race, node));
    }

    /** The way to it. */
    Route route() {
        return now().route();
    }

    @Override
    public String name() {
        return now().channel().name();
    }

    private synchronized NodeRace.Winner now() {
        return node;
    }

    @Override
    public String exchange(String line, Duration limit) {
        NodeRace.Winner asked = now();
        try {
            return asked.channel().exchange(line, limit);
        } catch (NoCluster | MachineUnreachable lost) {
            NodeRace.Winner other = insteadOf(asked).orElseThrow(() -> lost);
            if (!REPEATABLE.contains(Wire.requested(line))) {
                throw lost;
            }
            return other.channel().exchange(line, limit);
        }
    }

    /** Another thread may have found one already. */
    private synchronized Optional<NodeRace.Winner> insteadOf(NodeRace.Winner lost) {
        if (!node.equals(lost)) {
            return Optional.of(node);
        }
        List<Neighbour> others = nodes.stream()
                .filter(other -> !other.publicKey().equals(lost.publicKey()))
                .toList();
        Optional<NodeRace.Winner> found = race.apply(others.isEmpty() ? nodes : others);
        found.ifPresent(other -> node = other);
        return found;
    }
}
