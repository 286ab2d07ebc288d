package org.raptiformica.cluster.instance;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.raptiformica.cluster.config.ClusterConfig;
import org.raptiformica.compute.Instance;
import org.raptiformica.config.Change;
import org.raptiformica.config.Keys;
import org.raptiformica.config.Neighbour;
import org.raptiformica.failure.NoCluster;

/** Takes instances that are no more out of the shared config, and lets Consul forget them. */
final class GoneInstances {

    private final ClusterConfig config;
    private final Claims claims;

    GoneInstances(ClusterConfig config, Claims claims) {
        this.config = config;
        this.claims = claims;
    }

    /** Forgets these; returns the nodes of the cluster that are left. */
    List<Neighbour> forget(List<Instance> instances) {
        instances.forEach(instance -> claims.forget(instance.id()));
        Set<String> ids = instances.stream().map(Instance::id).collect(Collectors.toSet());
        List<Neighbour> nodes = Neighbour.all(config.current());
        List<Neighbour> gone = nodes.stream()
                .filter(node -> node.uuid().filter(ids::contains).isPresent())
                .toList();
        List<Neighbour> left =
                nodes.stream().filter(node -> !gone.contains(node)).toList();
        if (!gone.isEmpty()) {
            forget(gone, left);
        }
        return left;
    }

    private void forget(List<Neighbour> gone, List<Neighbour> left) {
        List<Change> changes = gone.stream()
                .<Change>map(node -> new Change.DeleteBelow(Keys.neighbour(node.publicKey())))
                .toList();
        if (left.isEmpty()) {
            config.remember(changes);
            return;
        }
        config.changeEverywhere(changes);
        try {
            config.agent().forget(gone.stream().map(Neighbour::meshAddress).toList());
        } catch (NoCluster noneAnswers) {
            // The change waits here; the elected agent forgets a node that stays away for long.
        }
    }
}
