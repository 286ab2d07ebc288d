package org.raptiformica.cluster.leaving;

import java.util.List;
import java.util.Optional;
import org.raptiformica.cluster.config.ClusterConfig;
import org.raptiformica.cluster.journey.Journey;
import org.raptiformica.cluster.journey.MachineResult;
import org.raptiformica.cluster.journey.Parallel;
import org.raptiformica.cluster.journey.Progress;
import org.raptiformica.cluster.reach.Meant;
import org.raptiformica.cluster.reach.Ways;
import org.raptiformica.config.Neighbour;
import org.raptiformica.failure.Failure;
import org.raptiformica.host.SshHost;

/**
 * Cleans machines from afar, all at once. To the cluster they look as if they had died: who is to go in order is told to
 * {@link Leave}.
 */
public final class CleanMachines {

    private final ClusterConfig config;
    private final Ways ways;

    /** Cleans nodes of this config on these ways. */
    public CleanMachines(ClusterConfig config, Ways ways) {
        this.config = config;
        this.ways = ways;
    }

    /** Which machines a person means, each once. */
    public List<Meant> meant(List<String> machines) {
        return Meant.all(Neighbour.all(config.cached()), machines);
    }

    /** Cleans machines. */
    public List<MachineResult> run(List<Meant> machines, Progress progress) {
        return List.copyOf(
                Parallel.over(machines, machine -> clean(machine, progress)).values());
    }

    private MachineResult clean(Meant machine, Progress progress) {
        Journey journey = new Journey(progress.track(machine.name()));
        try {
            SshHost host = journey.look("connect", () -> ways.connectUnderneath(machine));
            boolean removed = journey.step("clean", () -> FarClean.run(host));
            journey.track().done(removed ? "clean" : "there was nothing to clean");
            return MachineResult.of(machine.name(), journey, Optional.empty());
        } catch (RuntimeException thrown) {
            Failure failure = journey.ends(machine.name(), thrown);
            return MachineResult.of(machine.name(), journey, Optional.of(failure));
        }
    }
}
