package org.raptiformica.cluster.instance;

import java.util.List;
import java.util.stream.Collectors;
import org.raptiformica.cluster.config.ClusterConfig;
import org.raptiformica.cluster.journey.Progress;
import org.raptiformica.cluster.program.ProgramFiles;
import org.raptiformica.compute.Instance;
import org.raptiformica.compute.Instances;
import org.raptiformica.config.CacheDirectory;

/** Removes instances that are gone, and their traces in the shared config. */
public final class Prune {

    private final ClusterConfig config;
    private final CacheDirectory cache;
    private final ProgramFiles program;

    /** Prunes the instances of this client. */
    public Prune(ClusterConfig config, CacheDirectory cache, ProgramFiles program) {
        this.config = config;
        this.cache = cache;
        this.program = program;
    }

    /** Returns the instances that were removed. */
    public List<Instance> run(Progress progress) {
        Instances instances = new Instances(cache, program.home(), config.cached());
        List<Instance> removed =
                instances.prune((instance, text) -> progress.note("[" + instance.name() + "] " + text));
        Claims claims = new Claims(cache.machines());
        new GoneInstances(config, claims).forget(removed);
        claims.keepOnly(instances.instances().stream().map(Instance::id).collect(Collectors.toSet()));
        return removed;
    }
}
