package org.raptiformica.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.raptiformica.compute.FoundInstance;
import org.raptiformica.compute.Instances;
import org.raptiformica.config.CacheDirectory;
import org.raptiformica.config.Mapping;
import org.raptiformica.config.NodePaths;
import org.raptiformica.failure.StepFailed;
import org.raptiformica.host.Host;
import org.raptiformica.mesh.MeshSettings;
import org.raptiformica.mesh.OverlayFilter;
import org.raptiformica.provision.service.Supervision;

/** Removes all state of raptiformica on this machine, whether it is a client, a node, or both. */
public final class Clean {

    private final Host here;
    private final NodePaths paths;
    private final CacheDirectory cache;
    private final ProgramFiles program;

    /** Cleans this machine. */
    public Clean(Host here, NodePaths paths, CacheDirectory cache, ProgramFiles program) {
        this.here = here;
        this.paths = paths;
        this.cache = cache;
        this.program = program;
    }

    /** Returns what was removed. Throws where instances of this client still run: they could not be found again. */
    public List<Path> run(Progress.Track track) {
        refuseWithInstances();
        List<Path> removed = new ArrayList<>();
        if (isNode()) {
            track.step("stop agent, store and mesh");
            stop();
            track.step("remove files");
            nodeFiles().forEach(path -> remove(path, removed));
        }
        remove(cache.root(), removed);
        return removed;
    }

    private boolean isNode() {
        return Files.exists(paths.run()) || Files.exists(paths.programs());
    }

    private void refuseWithInstances() {
        List<FoundInstance> alive = new Instances(cache, program.home(), Mapping.empty())
                .list().stream()
                        .filter(found -> found.state() != FoundInstance.State.STALE)
                        .toList();
        if (!alive.isEmpty()) {
            throw new StepFailed(
                    cache.root().toString(),
                    alive.size() + (alive.size() == 1 ? " instance runs" : " instances run")
                            + " and could not be found again afterwards",
                    "Run `raptiformica destroy` first.");
        }
    }

    private void stop() {
        Supervision.ofAgent(paths, here).stop(Supervision.AGENT);
        Supervision services = Supervision.ofServices(paths, here);
        List.of("consul", "yggdrasil", "cjdns").forEach(services::stop);
        new OverlayFilter(here, MeshSettings.DEFAULT_INTERFACE).remove();
    }

    private List<Path> nodeFiles() {
        return List.of(
                paths.run(),
                paths.consulConfig(),
                paths.consulData(),
                paths.nodeRecord().getParent(),
                paths.logs(),
                paths.command("raptiformica"),
                paths.command("consul"),
                paths.program(),
                paths.programs(),
                paths.cache().root());
    }

    private static void remove(Path path, List<Path> removed) {
        boolean link = Files.isSymbolicLink(path);
        // Commands are links that we made; a file there is somebody else's.
        boolean foreign = path.startsWith("/usr/local/bin") && !link;
        if (foreign || !Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (link) {
            unlink(path);
        } else {
            Destroy.delete(path);
        }
        removed.add(path);
    }

    private static void unlink(Path link) {
        try {
            Files.delete(link);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
