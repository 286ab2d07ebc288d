package org.raptiformica.cluster.instance;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.raptiformica.cluster.config.ClusterConfig;
import org.raptiformica.cluster.journey.Journey;
import org.raptiformica.cluster.journey.Parallel;
import org.raptiformica.cluster.journey.Progress;
import org.raptiformica.cluster.leaving.OwnFiles;
import org.raptiformica.cluster.program.ProgramFiles;
import org.raptiformica.compute.FoundInstance;
import org.raptiformica.compute.Instance;
import org.raptiformica.compute.Instances;
import org.raptiformica.config.CacheDirectory;
import org.raptiformica.config.ConfigCache;
import org.raptiformica.config.Mapping;
import org.raptiformica.config.Neighbour;
import org.raptiformica.failure.BadData;
import org.raptiformica.failure.Failure;

/** Shuts down and removes all instances that are bound to this client, and the cached config. */
public final class Destroy {

    private final ClusterConfig config;
    private final CacheDirectory cache;
    private final ProgramFiles program;

    /** Destroys what this client has booted. */
    public Destroy(ClusterConfig config, CacheDirectory cache, ProgramFiles program) {
        this.config = config;
        this.cache = cache;
        this.program = program;
    }

    /**
     * What was done.
     *
     * @param instances each with why it could not be removed, where it could not
     * @param left nodes of the cluster that are no instances of this client: they go on
     */
    public record Done(Map<Instance, Optional<Failure>> instances, List<Neighbour> left) {}

    /** Removes the instances; the config and what was asked for besides only when all of them are gone. */
    public Done run(boolean purgeArtifacts, boolean purgeModules, Progress progress) {
        OwnFiles.requireDirectory(cache);
        Instances instances = new Instances(cache, program.home(), mapping());
        List<Instance> all =
                instances.list().stream().map(FoundInstance::instance).toList();
        Map<Instance, Optional<Failure>> results =
                Parallel.over(all, instance -> destroy(instances, instance, progress.track(instance.name())));
        List<Instance> gone = results.entrySet().stream()
                .filter(result -> result.getValue().isEmpty())
                .map(Map.Entry::getKey)
                .toList();
        List<Neighbour> left = forget(gone);
        if (gone.size() == all.size()) {
            forgetEverything(purgeArtifacts, purgeModules);
        }
        return new Done(results, left);
    }

    /** Instances know their own commands: a cache that cannot be read is no reason to leave them running. */
    private Mapping mapping() {
        try {
            return new ConfigCache(cache).read().orElse(Mapping.empty());
        } catch (BadData broken) {
            return Mapping.empty();
        }
    }

    private static Optional<Failure> destroy(Instances instances, Instance instance, Progress.Track track) {
        try {
            instance.address().ifPresent(address -> track.rename(address.toString()));
            track.step("remove");
            instances.destroy(instance, track::output);
            track.done("removed");
            return Optional.empty();
        } catch (RuntimeException thrown) {
            return Optional.of(Journey.ends(track, instance.name(), thrown));
        }
    }

    private List<Neighbour> forget(List<Instance> gone) {
        if (mapping().isEmpty()) {
            return List.of();
        }
        return new GoneInstances(config, new Claims(cache.machines())).forget(gone);
    }

    private void forgetEverything(boolean purgeArtifacts, boolean purgeModules) {
        new ConfigCache(cache).delete();
        new ConfigCache(cache).clientOutbox().delete();
        List<Path> rest = new ArrayList<>(List.of(
                cache.root().resolve("var"),
                cache.knownHosts(),
                cache.loginKeys(),
                cache.lastNode(),
                cache.root().resolve("founding.lock")));
        if (purgeArtifacts) {
            rest.add(cache.artifacts());
        }
        if (purgeModules) {
            rest.add(cache.modules());
        }
        rest.forEach(OwnFiles::delete);
    }
}
