package org.raptiformica.cluster;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.raptiformica.cluster.api.MeshResult;
import org.raptiformica.failure.Failure;
import org.raptiformica.host.MachineAddress;
import org.raptiformica.host.SshHost;
import org.raptiformica.host.Waiting;
import org.raptiformica.provision.Inspection;

/**
 * The path of a machine to a node: connect, look at it, upload what it lacks, provision it, take it in. Every step looks
 * first and does only what is missing, so the whole can be run again at any time.
 */
public final class Slave {

    private static final Duration BOOT_LIMIT = Duration.ofMinutes(1);
    private static final int PROBE_MILLISECONDS = 1000;

    private final Connections connections;
    private final Preparation preparation;
    private final Assimilation assimilation;
    private final ClientHooks hooks;

    /** Brings machines in through these parts. */
    public Slave(
            Connections connections, Preparation preparation, ClusterConfig config, Path cache, ClientHooks hooks) {
        this.connections = connections;
        this.preparation = preparation;
        this.assimilation = new Assimilation(config, new Founding(cache));
        this.hooks = hooks;
    }

    /** Brings in a machine that somebody else booted. Never throws a {@link Failure}: it is in the result. */
    public MachineResult run(MachineAddress machine, SlaveOptions options, Progress.Track track) {
        return run(machine, options, new Journey(track), Optional.empty());
    }

    /** The same for an instance, whose journey began with its boot. */
    MachineResult run(MachineAddress machine, SlaveOptions options, Journey journey, Optional<String> uuid) {
        Arrival arrival = new Arrival(machine);
        try {
            travel(arrival, options, journey, uuid);
            journey.track().done(arrival.summary());
            return arrival.result(journey, Optional.empty());
        } catch (Failure failure) {
            journey.track().failed(failure.what());
            return arrival.result(journey, Optional.of(failure));
        }
    }

    /** Provisions a node again, as what it was provisioned as last unless told otherwise. */
    MachineResult update(MachineAddress machine, Optional<String> serverType, Journey journey) {
        Arrival arrival = new Arrival(machine);
        try {
            SshHost host = journey.look("connect", () -> connect(machine, false));
            Inspection inspection = journey.step("look at it", () -> preparation.inspect(host));
            arrival.name = inspection.hostname();
            Optional<String> type = serverType.or(() -> preparation.lastServerType(host));
            preparation.carrySources(journey, type);
            preparation.upload(journey, host, inspection);
            preparation.provision(journey, host, type);
            journey.step("start the agent", () -> Assimilation.ensureAgent(host));
            journey.track().done("provisioned");
            return arrival.result(journey, Optional.empty());
        } catch (Failure failure) {
            journey.track().failed(failure.what());
            return arrival.result(journey, Optional.of(failure));
        }
    }

    private void travel(Arrival arrival, SlaveOptions options, Journey journey, Optional<String> uuid) {
        SshHost host = journey.look("connect", () -> connect(arrival.machine, uuid.isPresent()));
        Inspection inspection = journey.step("look at it", () -> preparation.inspect(host));
        arrival.name = inspection.hostname();
        if (options.provision()) {
            preparation.carrySources(journey, options.serverType());
        }
        preparation.upload(journey, host, inspection);
        if (options.provision()) {
            preparation.provision(journey, host, options.serverType());
        }
        hooks.fire(journey, "after_slave", event(arrival, inspection));
        if (options.assimilate()) {
            Assimilation.Underlay underlay = new Assimilation.Underlay(
                    Optional.of(arrival.machine),
                    inspection.platform(),
                    connections.hostKeyOf(arrival.machine),
                    uuid,
                    List.of());
            arrival.mesh = Optional.of(assimilation.run(journey, host, underlay, options.afterMesh()));
            if (options.afterAssimilate()) {
                hooks.fire(journey, "after_assimilate", event(arrival, inspection));
            }
        }
    }

    /** The SSH server of an instance that has just been booted may not listen yet. */
    private SshHost connect(MachineAddress machine, boolean booted) {
        if (booted) {
            Waiting.until("SSH on " + machine, BOOT_LIMIT, () -> listens(machine));
        }
        return connections.to(machine);
    }

    private static Optional<Boolean> listens(MachineAddress machine) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(machine.host(), machine.port()), PROBE_MILLISECONDS);
            return Optional.of(true);
        } catch (IOException notYet) {
            return Optional.empty();
        }
    }

    private static JsonObject event(Arrival arrival, Inspection inspection) {
        JsonObject event = new JsonObject();
        event.addProperty("machine", arrival.machine.toString());
        event.addProperty("name", arrival.name);
        event.addProperty("platform", inspection.platform());
        arrival.mesh.ifPresent(mesh -> event.addProperty("meshAddress", mesh.meshAddress()));
        return event;
    }

    /** What has been learned of the machine so far. */
    private static final class Arrival {

        private final MachineAddress machine;
        private String name = "";
        private Optional<MeshResult> mesh = Optional.empty();

        Arrival(MachineAddress machine) {
            this.machine = machine;
        }

        String summary() {
            return mesh.map(joined ->
                            joined.meshAddress() + ", " + joined.links() + " links, " + joined.members() + " members")
                    .orElse("ready, not in the mesh");
        }

        MachineResult result(Journey journey, Optional<Failure> failure) {
            return new MachineResult(
                    machine.toString(),
                    name,
                    mesh.map(MeshResult::meshAddress),
                    Optional.empty(),
                    journey.time(),
                    journey.steps(),
                    failure);
        }
    }
}
