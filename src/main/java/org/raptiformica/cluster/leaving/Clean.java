package org.raptiformica.cluster.leaving;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.raptiformica.cluster.journey.Progress;
import org.raptiformica.cluster.program.ProgramFiles;
import org.raptiformica.compute.FoundInstance;
import org.raptiformica.compute.Instances;
import org.raptiformica.config.CacheDirectory;
import org.raptiformica.config.Mapping;
import org.raptiformica.config.NodePaths;
import org.raptiformica.failure.StepFailed;
import org.raptiformica.host.Host;
import org.raptiformica.mesh.EngineKind;
import org.raptiformica.mesh.MeshSettings;
import org.raptiformica.mesh.OverlayFilter;
import org.raptiformica.mesh.cjdns.CjdnsEngine;
import org.raptiformica.mesh.cjdns.CjdnsPlaces;
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
        OwnFiles.requireDirectory(cache);
        refuseWithInstances();
        List<Path> removed = new ArrayList<>();
        boolean node = isNode();
        if (node) {
            track.step("stop agent, store and mesh");
            stop();
            track.step("remove files");
            if (cjdns().forget()) {
                removed.add(paths.cjdnsConfig());
            }
        }
        remove(cache.root(), removed);
        if (node) {
            nodeFiles().forEach(path -> remove(path, removed));
        }
        return removed;
    }

    private boolean isNode() {
        return Files.exists(paths.run()) || Files.exists(paths.programs());
    }

    private void refuseWithInstances() {
        List<FoundInstance> alive = new Instances(cache, program.home(), Mapping.empty())
                .list().stream().toList();
        if (!alive.isEmpty()) {
            throw new StepFailed(
                    cache.root().toString(),
                    alive.size() + (alive.size() == 1 ? " instance is" : " instances are")
                            + " bound to it and could not be found again afterwards",
                    "Run `raptiformica destroy` first.");
        }
    }

    private void stop() {
        Supervision.ofAgent(paths, here).stop(Supervision.AGENT);
        Supervision services = Supervision.ofServices(paths, here);
        services.stop("consul");
        Arrays.stream(EngineKind.values()).map(EngineKind::word).forEach(services::stop);
        cjdns().endLeftovers();
        new OverlayFilter(here, MeshSettings.DEFAULT_INTERFACE).remove();
    }

    private CjdnsEngine cjdns() {
        Path binary = paths.cache().ownArtifact(EngineKind.CJDNS.tool());
        return new CjdnsEngine(here, CjdnsPlaces.on(paths, binary));
    }

    /** The program is the last: what was interrupted needs it to go on. */
    private List<Path> nodeFiles() {
        return List.of(
                paths.run(),
                paths.consulConfig(),
                paths.consulData(),
                paths.consulAside(),
                paths.nodeRecord().getParent(),
                paths.logs(),
                paths.cache().root(),
                paths.command("raptiformica"),
                paths.command("consul"),
                paths.program(),
                paths.programs());
    }

    private void remove(Path path, List<Path> removed) {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS) || isForeign(path)) {
            return;
        }
        OwnFiles.delete(path);
        removed.add(path);
    }

    /** The commands are links to what we brought; a file or another link of that name is somebody else's. */
    private boolean isForeign(Path path) {
        if (!path.equals(paths.command("raptiformica")) && !path.equals(paths.command("consul"))) {
            return false;
        }
        try {
            Path target = path.resolveSibling(Files.readSymbolicLink(path)).normalize();
            return !target.startsWith(paths.program())
                    && !target.startsWith(paths.cache().root());
        } catch (IOException noLink) {
            return true;
        }
    }
}
