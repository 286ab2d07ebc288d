package org.raptiformica.cluster.entering;

import java.util.List;
import java.util.Optional;
import org.raptiformica.cluster.config.ClusterConfig;
import org.raptiformica.cluster.journey.Journey;
import org.raptiformica.cluster.journey.MachineResult;
import org.raptiformica.cluster.journey.Parallel;
import org.raptiformica.cluster.journey.Progress;
import org.raptiformica.cluster.reach.MachineNames;
import org.raptiformica.cluster.reach.Ways;
import org.raptiformica.config.Neighbour;
import org.raptiformica.failure.MachineUnreachable;

/** Provisions nodes again, all at once: with this client's program, modules and repositories. */
public final class Update {

    private final ClusterConfig config;
    private final Slave slave;
    private final Ways ways;

    /** Updates with these parts. */
    public Update(ClusterConfig config, Slave slave, Ways ways) {
        this.config = config;
        this.slave = slave;
        this.ways = ways;
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
        try {
            return slave.update(journey.look("find a way", () -> ways.to(node)), serverType, journey);
        } catch (MachineUnreachable failure) {
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
    }
}
