package org.raptiformica.cluster.entering;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.raptiformica.cluster.config.ClusterConfig;
import org.raptiformica.cluster.journey.Journey;
import org.raptiformica.cluster.journey.Progress;
import org.raptiformica.cluster.program.ProgramFiles;
import org.raptiformica.config.CacheDirectory;
import org.raptiformica.config.Mapping;
import org.raptiformica.config.NodePaths;
import org.raptiformica.host.Host;
import org.raptiformica.mesh.EngineKind;
import org.raptiformica.provision.Availability;
import org.raptiformica.provision.CarriedSources;
import org.raptiformica.provision.Inspection;
import org.raptiformica.provision.Inspector;
import org.raptiformica.provision.ServerTypeProvisioner;
import org.raptiformica.provision.ServerTypes;
import org.raptiformica.provision.StepResult;
import org.raptiformica.provision.Suitability;
import org.raptiformica.provision.artifact.ArtifactCatalogue;
import org.raptiformica.provision.artifact.ArtifactDescription;
import org.raptiformica.provision.artifact.ArtifactSource;
import org.raptiformica.provision.artifact.ArtifactStore;
import org.raptiformica.provision.artifact.NodeArtifacts;
import org.raptiformica.provision.artifact.StoredArtifact;
import org.raptiformica.provision.upload.Payload;
import org.raptiformica.provision.upload.ProgramArchive;
import org.raptiformica.provision.upload.Upload;

/**
 * Gets machines ready to become nodes. What is sent is packed once a platform and once a command, however many machines
 * get it. Thread-safe.
 */
public final class Preparation implements AutoCloseable {

    private final ClusterConfig config;
    private final CacheDirectory cache;
    private final ArtifactStore artifacts;
    private final ProgramFiles program;
    private final Inspector inspector;
    private final Upload upload;
    private final ServerTypeProvisioner provisioner;
    private final Availability availability;
    private final CarriedSources sources;
    private final Map<String, Payload> payloads = new ConcurrentHashMap<>();

    /** Prepares machines with these parts. */
    public Preparation(
            ClusterConfig config,
            CacheDirectory cache,
            ArtifactStore artifacts,
            ProgramFiles program,
            Inspector inspector,
            Upload upload,
            ServerTypeProvisioner provisioner,
            Availability availability,
            CarriedSources sources) {
        this.config = config;
        this.cache = cache;
        this.artifacts = artifacts;
        this.program = program;
        this.inspector = inspector;
        this.upload = upload;
        this.provisioner = provisioner;
        this.availability = availability;
        this.sources = sources;
    }

    /** Looks at a machine; throws {@link org.raptiformica.failure.MachineUnsuitable} where it cannot become a node. */
    Journey.Found<Inspection> inspect(Host machine) {
        return inspect(machine, EngineKind.of(config.cached()));
    }

    /** The same, for a cluster whose config this client has not yet. */
    Journey.Found<Inspection> inspect(Host machine, EngineKind engine) {
        Inspection seen = suitable(machine, engine);
        boolean changed = seen.tun() != Inspection.Tun.OPENS && changed(inspector.ensureTun(machine));
        return new Journey.Found<>(seen, changed);
    }

    /** Fetches from a node what a machine of this platform needs and this client has not. */
    void takeArtifacts(Journey journey, Host node, Inspection seen) {
        NodeArtifacts there = new NodeArtifacts(node, NodePaths.ofThisMachine().cache());
        journey.look("fetch artifacts from " + node.name(), () -> {
            wanted(seen.platform())
                    .forEach(tool -> artifacts.take(
                            tool,
                            there,
                            (what, done, _) -> journey.track().detail(what + ": " + megabytes(done) + " MB")));
            return true;
        });
    }

    /** Looks at a machine likewise and leaves it as it is; tells whether {@link #inspect} would change anything. */
    Journey.Found<Inspection> looked(Host machine) {
        Inspection seen = suitable(machine, EngineKind.of(config.cached()));
        return new Journey.Found<>(seen, seen.tun() != Inspection.Tun.OPENS);
    }

    private Inspection suitable(Host machine, EngineKind engine) {
        Inspection seen = inspector.inspect(machine);
        new Suitability(machine.name(), seen, engine).require();
        return seen;
    }

    /** Whether {@link #upload} would send anything. Nothing is fetched to find out: what is not at hand is not there. */
    boolean lacks(Inspection seen, Progress.Track track) {
        if (!wanted(seen.platform()).stream().allMatch(tool -> hasRecorded(seen, tool))) {
            return true;
        }
        return upload.plan(payload(seen, track, () -> {}), seen).stream().anyMatch(Preparation::changed);
    }

    /** Has a mesh engine that cannot be fetched from anywhere, or says where to get one, before anything is booted for it. */
    void requireEngine() {
        Mapping mapping = config.cached();
        String tool = EngineKind.of(mapping).tool();
        ArtifactDescription own = new ArtifactCatalogue(mapping).describe(tool, ArtifactStore.ownPlatform());
        boolean stored =
                artifacts.all().stream().anyMatch(artifact -> artifact.tool().equals(tool));
        if (!stored && own.sources().stream().allMatch(ArtifactSource.Installed.class::isInstance)) {
            artifacts.obtain(own, (_, _, _) -> {});
        }
    }

    /** What a machine is provisioned as: what is asked for, else the first type that is available. */
    String typeName(Optional<String> serverType) {
        return typeName(new ServerTypes(config.cached()), serverType);
    }

    /** Sends what the machine lacks. */
    void upload(Journey journey, Host machine, Inspection seen) {
        Payload payload = journey.look("get the artifacts", () -> payload(seen, journey.track(), config::keepEngine));
        journey.step("upload", () -> {
            List<StepResult> results = upload.deliver(
                    machine,
                    payload,
                    seen,
                    (what, done, total) -> journey.track().detail(megabytes(done) + " of " + megabytes(total) + " MB"));
            results.forEach(result -> journey.track()
                    .output(result.step() + ": " + result.status().word() + " " + result.detail()));
            return new Journey.Found<>(results, results.stream().anyMatch(Preparation::changed));
        });
    }

    private Payload payload(Inspection seen, Progress.Track track, Runnable beforePacking) {
        // A member's config is the store's; the client's is for machines that have none yet.
        // Its Consul may be away for a moment, while it changes its role; what it was configured for stays.
        boolean member = seen.running().contains("consul") || seen.cluster().isPresent();
        boolean complete = wanted(seen.platform()).stream().allMatch(tool -> hasRecorded(seen, tool));
        return payloads.computeIfAbsent(
                String.join(" ", seen.platform(), String.valueOf(member), String.valueOf(complete)),
                _ -> pack(seen.platform(), member, complete, track, beforePacking));
    }

    private List<ArtifactDescription> wanted(String platform) {
        Mapping mapping = config.cached();
        ArtifactCatalogue catalogue = new ArtifactCatalogue(mapping);
        return Stream.of("consul", EngineKind.of(mapping).tool())
                .map(tool -> catalogue.describe(tool, platform))
                .toList();
    }

    private boolean hasRecorded(Inspection seen, ArtifactDescription wanted) {
        return artifacts
                .recorded(wanted)
                .filter(stored -> stored.sha256().equals(seen.artifacts().get(stored.place())))
                .isPresent();
    }

    private Payload pack(
            String platform, boolean member, boolean complete, Progress.Track track, Runnable beforePacking) {
        List<StoredArtifact> stored = wanted(platform).stream()
                .map(tool -> complete ? artifacts.recorded(tool).orElseThrow() : obtain(tool, track))
                .toList();
        beforePacking.run();
        ProgramArchive archive = ProgramArchive.find(program.archives(), platform);
        return Payload.pack(cache, archive, stored, member ? Optional.empty() : Optional.of(cache.mutableConfig()));
    }

    private StoredArtifact obtain(ArtifactDescription wanted, Progress.Track track) {
        return artifacts.obtain(
                wanted,
                (what, done, total) -> track.detail(what + ": " + megabytes(done) + " of " + megabytes(total) + " MB"));
    }

    /** Fetches the sources of a server type, so that they travel with the upload. */
    void carrySources(Journey journey, Optional<String> serverType) {
        ServerTypes types = new ServerTypes(config.cached());
        sources.carry(types.get(typeName(types, serverType)), journey.track()::warn);
    }

    private String typeName(ServerTypes types, Optional<String> serverType) {
        return serverType.orElseGet(() -> types.first(availability));
    }

    /** The server type that a machine was provisioned as last. */
    Optional<String> lastServerType(Host machine) {
        return provisioner.lastType(machine);
    }

    /** Runs the bootstraps of a server type. */
    void provision(Journey journey, Host machine, Optional<String> serverType) {
        ServerTypes types = new ServerTypes(config.cached());
        String name = typeName(types, serverType);
        journey.step("provision " + name, () -> {
            List<StepResult> results = provisioner.provision(machine, name, types.get(name), journey.track()::printed);
            return new Journey.Found<>(results, results.stream().anyMatch(Preparation::changed));
        });
    }

    private static boolean changed(StepResult result) {
        return result.status() == StepResult.Status.CHANGED;
    }

    private static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%.0f", bytes / 1e6);
    }

    @Override
    public void close() {
        payloads.values().forEach(Payload::close);
    }
}
