package org.raptiformica.cluster;

import java.util.List;
import java.util.Optional;
import org.raptiformica.config.Neighbour;
import org.raptiformica.failure.MachineUnreachable;

/** Provisions nodes again, all at once: with this client's program, modules and repositories. */
public final class Update {

    private final ClusterConfig config;
    private final Slave slave;

    /** Updates with these parts. */
    public Update(ClusterConfig config, Slave slave) {
        this.config = config;
        this.slave = slave;
    }

    /**
     * Provisions nodes again.
     *
     * @param machines names, addresses or beginnings of such; none means all nodes
     * @param serverType absent: what each was provisioned as last
     */
    public List<MachineResult> run(List<String> machines, Optional<String> serverType, Progress progress) {
        List<Neighbour> nodes = Neighbour.all(config.agent().config().mapping());
        config.current();
        List<Neighbour> chosen = machines.isEmpty()
                ? nodes
                : machines.stream()
                        .map(text -> MachineNames.find(nodes, text))
                        .distinct()
                        .toList();
        return List.copyOf(Parallel.over(chosen, node -> update(node, serverType, progress))
                .values());
    }

    private MachineResult update(Neighbour node, Optional<String> serverType, Progress progress) {
        Journey journey = new Journey(progress.track(node.name()));
        if (node.host().isEmpty()) {
            MachineUnreachable failure = new MachineUnreachable(
                    node.name(),
                    "it cannot be dialled from outside the mesh",
                    "Run `raptiformica update` on a node of the mesh.");
            journey.track().failed(failure.what());
            return new MachineResult(
                    node.name(),
                    node.name(),
                    Optional.of(node.meshAddress()),
                    Optional.empty(),
                    journey.time(),
                    journey.steps(),
                    Optional.of(failure));
        }
        return slave.update(node, serverType, journey);
    }
}
