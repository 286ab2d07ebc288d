package org.raptiformica.cluster;

import java.util.List;
import java.util.Optional;
import org.raptiformica.config.Neighbour;
import org.raptiformica.failure.Failure;
import org.raptiformica.host.MachineAddress;
import org.raptiformica.host.Route;
import org.raptiformica.host.SshHost;

/**
 * Cleans machines from afar, all at once. To the cluster they look as if they had died: who is to go in order is told to
 * {@link Leave}.
 */
public final class CleanMachines {

    private final ClusterConfig config;
    private final Connections connections;

    /** Cleans over these connections. */
    public CleanMachines(ClusterConfig config, Connections connections) {
        this.config = config;
        this.connections = connections;
    }

    /**
     * Cleans machines.
     *
     * @param machines what nodes of the cluster are called, or the addresses of other machines
     */
    public List<MachineResult> run(List<String> machines, Progress progress) {
        List<Neighbour> nodes = Neighbour.all(config.cached());
        List<Route> routes = machines.stream()
                .map(text -> route(nodes, text, connections))
                .distinct()
                .toList();
        return List.copyOf(
                Parallel.over(routes, route -> clean(route, progress)).values());
    }

    /** The way to what a person calls a machine: a node, else any address. */
    static Route route(List<Neighbour> nodes, String text, Connections connections) {
        return MachineNames.among(nodes, text)
                .filter(node -> node.host().isPresent())
                .map(connections::routeTo)
                .orElseGet(() -> Route.to(MachineAddress.parse(text)));
    }

    private MachineResult clean(Route route, Progress progress) {
        Journey journey = new Journey(progress.track(route.machine().toString()));
        try {
            SshHost host = journey.look("connect", () -> connections.to(route));
            boolean removed = journey.step("clean", () -> FarClean.run(host));
            journey.track().done(removed ? "clean" : "there was nothing to clean");
            return MachineResult.of(route.machine().toString(), journey, Optional.empty());
        } catch (Failure failure) {
            journey.track().failed(failure.what());
            return MachineResult.of(route.machine().toString(), journey, Optional.of(failure));
        }
    }
}
