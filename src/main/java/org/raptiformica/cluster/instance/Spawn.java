package org.raptiformica.cluster.instance;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import org.raptiformica.cluster.config.ClusterConfig;
import org.raptiformica.cluster.entering.ClientHooks;
import org.raptiformica.cluster.entering.Slave;
import org.raptiformica.cluster.entering.SlaveOptions;
import org.raptiformica.cluster.journey.Journey;
import org.raptiformica.cluster.journey.MachineResult;
import org.raptiformica.cluster.journey.Parallel;
import org.raptiformica.cluster.journey.Progress;
import org.raptiformica.cluster.program.ProgramFiles;
import org.raptiformica.compute.ComputeType;
import org.raptiformica.compute.ComputeTypes;
import org.raptiformica.compute.FoundInstance;
import org.raptiformica.compute.Instance;
import org.raptiformica.compute.Instances;
import org.raptiformica.compute.LoginKeys;
import org.raptiformica.config.CacheDirectory;
import org.raptiformica.config.Mapping;
import org.raptiformica.failure.Failure;
import org.raptiformica.failure.PrerequisiteMissing;
import org.raptiformica.host.Route;
import org.raptiformica.provision.Availability;
import org.raptiformica.provision.ServerTypes;

/** Boots instances and brings each the whole way, all at once. */
public final class Spawn {

    private final ClusterConfig config;
    private final CacheDirectory cache;
    private final ProgramFiles program;
    private final LoginKeys keys;
    private final Slave slave;
    private final ClientHooks hooks;
    private final Claims claims;
    private final Availability availability;

    /** Spawns with these parts. */
    public Spawn(
            ClusterConfig config,
            CacheDirectory cache,
            ProgramFiles program,
            LoginKeys keys,
            Slave slave,
            ClientHooks hooks,
            Availability availability) {
        this.availability = availability;
        this.config = config;
        this.cache = cache;
        this.program = program;
        this.keys = keys;
        this.slave = slave;
        this.hooks = hooks;
        this.claims = new Claims(cache.machines());
    }

    /** What is to be booted. */
    public record Wanted(ComputeType type) {

        /** The compute type's name. */
        public String computeType() {
            return type.name();
        }

        /** The server type's name. */
        public String serverType() {
            return type.serverType();
        }
    }

    /**
     * The types that are meant, the first available ones where none is named.
     *
     * @throws PrerequisiteMissing where what is named cannot be booted here
     */
    public Wanted choose(Optional<String> computeType, Optional<String> serverType) {
        config.refresh();
        Mapping mapping = config.cached();
        ComputeTypes types = new ComputeTypes(mapping, availability);
        String server = serverType.orElseGet(() -> new ServerTypes(mapping).first(availability));
        String compute = computeType.orElseGet(types::first);
        ComputeType type = types.get(compute, server);
        if (!types.isAvailable(compute)) {
            throw new PrerequisiteMissing(
                    "compute type " + compute,
                    "it is not available on this machine",
                    "Install what it needs (for docker: a Docker engine; `make up` in a checkout does it), or choose"
                            + " another with --compute-type.");
        }
        return new Wanted(type);
    }

    /**
     * Makes of a provisioned instance an image that later ones of the type boot from.
     *
     * @return what the compute type says of it in a line
     */
    public String pack(Wanted wanted, Progress progress) {
        Progress.Track track = progress.track(wanted.computeType() + " " + wanted.serverType());
        track.step("package");
        try {
            String said = new Instances(cache, program.home(), config.cached()).pack(wanted.type(), line -> {
                track.detail(line);
                track.output(line);
            });
            track.done("packaged");
            return said;
        } catch (Failure failure) {
            track.failed(failure.what());
            throw failure;
        }
    }

    /**
     * Brings so many machines in; one's failure stops no other.
     *
     * @param fresh whether all of them are booted, also where one was left half-way
     */
    public List<MachineResult> run(Wanted wanted, int count, boolean fresh, SlaveOptions options, Progress progress) {
        slave.requireEngine();
        SlaveOptions whole = new SlaveOptions(
                Optional.of(wanted.serverType()),
                options.provision(),
                options.assimilate(),
                options.afterAssimilate(),
                options.afterMesh());
        Instances instances = new Instances(cache, program.home(), config.cached());
        BlockingQueue<Instance> halfWay = new LinkedBlockingQueue<>(fresh ? List.of() : halfWay(instances, wanted));
        List<Integer> numbers = IntStream.rangeClosed(1, count).boxed().toList();
        List<MachineResult> results = new ArrayList<>(Parallel.over(numbers, number -> {
                    Journey journey = new Journey(progress.track("machine " + number));
                    return bring(instances, wanted, halfWay, whole, journey);
                })
                .values());
        // Machines that arrived at the same time have overwritten each other's entries in the cache: the store has all.
        config.refresh();
        return results;
    }

    private List<Instance> halfWay(Instances instances, Wanted wanted) {
        return instances.list().stream()
                .filter(found -> found.state() == FoundInstance.State.ALIVE)
                .map(FoundInstance::instance)
                .filter(instance -> instance.type().name().equals(wanted.computeType())
                        && instance.type().serverType().equals(wanted.serverType()))
                .filter(instance -> instance.address().isPresent() && !claims.arrived(instance.id()))
                .toList();
    }

    private MachineResult bring(
            Instances instances,
            Wanted wanted,
            BlockingQueue<Instance> halfWay,
            SlaveOptions options,
            Journey journey) {
        try {
            for (Instance left = halfWay.poll(); left != null; left = halfWay.poll()) {
                Optional<Claims.Claim> claim = claims.take(left.id());
                if (claim.isPresent() && claims.arrived(left.id())) {
                    // Another spawn has brought it in since we looked.
                    claim.get().close();
                } else if (claim.isPresent()) {
                    journey.track().output("goes on with instance " + left.name() + ", which was left half-way");
                    return travel(left, claim.get(), options, journey);
                }
            }
            Instance booted = journey.step("boot", () -> boot(instances, wanted, journey));
            Optional<Claims.Claim> claim = claims.take(booted.id());
            if (claim.isEmpty()) {
                // Another spawn has found it the moment it was there and brings it in: this one owes another machine.
                return bring(instances, wanted, halfWay, options, journey);
            }
            fireBooted(booted, journey);
            return travel(booted, claim.get(), options, journey);
        } catch (RuntimeException thrown) {
            Failure failure = journey.ends("instance", thrown);
            return new MachineResult(
                    "instance",
                    "",
                    Optional.empty(),
                    Optional.empty(),
                    journey.time(),
                    journey.steps(),
                    Optional.of(failure));
        }
    }

    private Journey.Found<Instance> boot(Instances instances, Wanted wanted, Journey journey) {
        Instance booted = instances.boot(wanted.type(), keys, (instance, text) -> {
            journey.track().detail(text);
            journey.track().output(text);
        });
        return new Journey.Found<>(booted, true);
    }

    private MachineResult travel(Instance instance, Claims.Claim claim, SlaveOptions options, Journey journey) {
        try (claim) {
            var machine = instance.address().orElseThrow();
            journey.track().rename(machine.toString());
            MachineResult result = slave.run(Route.to(machine), options, journey, Optional.of(instance.id()));
            if (result.succeeded()) {
                claims.arrive(instance.id());
            }
            return result.boundTo(instance.checkout());
        }
    }

    private void fireBooted(Instance booted, Journey journey) {
        JsonObject event = new JsonObject();
        event.addProperty("instance", booted.id());
        event.addProperty("computeType", booted.type().name());
        event.addProperty("machine", booted.address().orElseThrow().toString());
        hooks.fire(journey, "after_start_instance", event);
    }
}
