package org.raptiformica.cluster.entering;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.raptiformica.cluster.api.MeshResult;
import org.raptiformica.cluster.config.ClusterConfig;
import org.raptiformica.cluster.gateway.Connections;
import org.raptiformica.cluster.journey.Journey;
import org.raptiformica.cluster.journey.MachineResult;
import org.raptiformica.cluster.journey.Progress;
import org.raptiformica.failure.Failure;
import org.raptiformica.failure.MachineUnreachable;
import org.raptiformica.host.MachineAddress;
import org.raptiformica.host.Route;
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

    /** So often a machine may drop the connection before we give it up: each time it goes on where it was. */
    private static final int DROPS = 3;

    private final Connections connections;
    private final Preparation preparation;
    private final Assimilation assimilation;
    private final ClusterConfig config;
    private final ClientHooks hooks;

    /** Brings machines in through these parts. */
    public Slave(
            Connections connections, Preparation preparation, ClusterConfig config, Path cache, ClientHooks hooks) {
        this.connections = connections;
        this.preparation = preparation;
        this.config = config;
        this.assimilation = new Assimilation(config, new Founding(cache));
        this.hooks = hooks;
    }

    /** Has a mesh engine that cannot be fetched from anywhere, or says where to get one, before anything is booted for it. */
    public void requireEngine() {
        preparation.requireEngine();
    }

    /** Brings in a machine that somebody else booted. What goes wrong is in the result, not thrown. */
    public MachineResult run(MachineAddress machine, SlaveOptions options, Progress.Track track) {
        config.refresh();
        return run(Route.to(machine), options, new Journey(track), Optional.empty());
    }

    /**
     * The same for a machine that may be behind jump hosts and whose journey has begun already: for an instance, with its
     * boot. The config is used as it is in the cache.
     *
     * @param uuid the instance's id, absent where it is none; the SSH server of one may take a minute to listen
     */
    public MachineResult run(Route route, SlaveOptions options, Journey journey, Optional<String> uuid) {
        Arrival arrival = new Arrival(route);
        try {
            SshHost host = journey.look("connect", () -> connect(route, uuid.isPresent()));
            holdingOn(host, journey, () -> travel(host, arrival, options, journey, uuid));
            journey.track().done(arrival.summary());
            return arrival.result(journey, Optional.empty());
        } catch (RuntimeException thrown) {
            return arrival.result(journey, Optional.of(journey.ends(arrival.machine(), thrown)));
        }
    }

    /** Looks at a machine and tells which steps would change something; changes nothing there. */
    MachineResult rehearse(Route route, SlaveOptions options, boolean recreate, Journey journey) {
        Arrival arrival = new Arrival(route);
        try {
            SshHost host = journey.look("connect", () -> connections.to(route));
            Inspection seen = journey.step("look at it", () -> preparation.looked(host));
            arrival.name = seen.hostname();
            boolean node = seen.running().contains("agent");
            if (recreate) {
                journey.step(
                        "clean", () -> new Journey.Found<>(node, seen.program().isPresent()));
            } else if (options.assimilate()) {
                assimilation.refuseAnotherCluster(host, seen);
            }
            journey.step(
                    "upload", () -> new Journey.Found<>(node, recreate || preparation.lacks(seen, journey.track())));
            if (options.provision()) {
                String type = preparation.typeName(options.serverType());
                boolean other = !preparation.lastServerType(host).equals(Optional.of(type));
                journey.step("provision " + type, () -> new Journey.Found<>(node, recreate || other));
            }
            if (options.assimilate()) {
                journey.step("start the agent", () -> new Journey.Found<>(node, recreate || !node));
                journey.step("join", () -> new Journey.Found<>(node, recreate || !Assimilation.joined(host, node)));
            }
            journey.track().done("looked at");
            return arrival.result(journey, Optional.empty());
        } catch (RuntimeException thrown) {
            return arrival.result(journey, Optional.of(journey.ends(arrival.machine(), thrown)));
        }
    }

    /** Provisions a node again, as what it was provisioned as last unless told otherwise. */
    MachineResult update(Route route, Optional<String> serverType, Journey journey) {
        Arrival arrival = new Arrival(route);
        try {
            SshHost host = journey.look("connect", () -> connections.to(route));
            Inspection inspection = journey.step("look at it", () -> preparation.inspect(host));
            arrival.name = inspection.hostname();
            Optional<String> type = serverType.or(() -> preparation.lastServerType(host));
            preparation.carrySources(journey, type);
            preparation.upload(journey, host, inspection);
            preparation.provision(journey, host, type);
            journey.step("start the agent", () -> Assimilation.ensureAgent(host));
            journey.track().done("provisioned");
            return arrival.result(journey, Optional.empty());
        } catch (RuntimeException thrown) {
            return arrival.result(journey, Optional.of(journey.ends(arrival.machine(), thrown)));
        }
    }

    /** Every step looks first, so that after a lost connection all of it can be done again; which costs little. */
    static void holdingOn(SshHost host, Journey journey, Runnable work) {
        for (int left = DROPS; ; left--) {
            try {
                work.run();
                return;
            } catch (MachineUnreachable lost) {
                if (left == 0) {
                    throw lost;
                }
                journey.track().output(lost.what());
                journey.step("connect again", () -> {
                    host.reopen();
                    return new Journey.Found<>(host, false);
                });
            }
        }
    }

    private void travel(SshHost host, Arrival arrival, SlaveOptions options, Journey journey, Optional<String> uuid) {
        Inspection inspection = journey.step("look at it", () -> preparation.inspect(host));
        arrival.name = inspection.hostname();
        if (options.assimilate()) {
            assimilation.refuseAnotherCluster(host, inspection);
        }
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
                    Optional.of(arrival.route),
                    inspection.platform(),
                    connections.hostKeyOf(arrival.route.machine()),
                    uuid,
                    List.of());
            arrival.mesh = Optional.of(assimilation.run(journey, host, underlay, options.afterMesh()));
            if (options.afterAssimilate()) {
                hooks.fire(journey, "after_assimilate", event(arrival, inspection));
            }
        }
    }

    /** The SSH server of an instance that has just been booted may not listen yet. */
    private SshHost connect(Route route, boolean booted) {
        if (booted) {
            Waiting.until("SSH on " + route.machine(), BOOT_LIMIT, () -> listens(route.machine()));
            return connections.toNewInstance(route);
        }
        return connections.to(route);
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
        event.addProperty("machine", arrival.route.machine().toString());
        event.addProperty("name", arrival.name);
        event.addProperty("platform", inspection.platform());
        arrival.mesh.ifPresent(mesh -> event.addProperty("meshAddress", mesh.meshAddress()));
        return event;
    }

    /** What has been learned of the machine so far. */
    private static final class Arrival {

        private final Route route;
        private String name = "";
        private Optional<MeshResult> mesh = Optional.empty();

        Arrival(Route route) {
            this.route = route;
        }

        String machine() {
            return route.machine().toString();
        }

        String summary() {
            return mesh.map(joined ->
                            joined.meshAddress() + ", " + joined.links() + " links, " + joined.members() + " members")
                    .orElse("ready, not in the mesh");
        }

        MachineResult result(Journey journey, Optional<Failure> failure) {
            return new MachineResult(
                    machine(),
                    name,
                    mesh.map(MeshResult::meshAddress),
                    Optional.empty(),
                    journey.time(),
                    journey.steps(),
                    failure);
        }
    }
}
