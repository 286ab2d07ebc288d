package org.raptiformica.cluster.entering;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.Optional;
import org.raptiformica.cluster.api.AgentClient;
import org.raptiformica.cluster.api.MeshResult;
import org.raptiformica.cluster.api.NodeStatus;
import org.raptiformica.cluster.api.SshChannel;
import org.raptiformica.cluster.config.ClusterConfig;
import org.raptiformica.cluster.gateway.Connections;
import org.raptiformica.cluster.gateway.Gateway;
import org.raptiformica.cluster.journey.Journey;
import org.raptiformica.cluster.journey.MachineResult;
import org.raptiformica.cluster.journey.Progress;
import org.raptiformica.config.ClusterId;
import org.raptiformica.config.ConfigCache;
import org.raptiformica.config.Mapping;
import org.raptiformica.config.Neighbour;
import org.raptiformica.failure.Failure;
import org.raptiformica.failure.MachineUnsuitable;
import org.raptiformica.failure.NoCluster;
import org.raptiformica.host.Host;
import org.raptiformica.host.MachineAddress;
import org.raptiformica.host.OwnAddresses;
import org.raptiformica.host.Route;
import org.raptiformica.host.SshHost;
import org.raptiformica.mesh.EngineKind;
import org.raptiformica.mesh.LearnedPaths;
import org.raptiformica.mesh.PeerAddress;
import org.raptiformica.mesh.Transport;
import org.raptiformica.provision.Inspection;

/**
 * Makes the machine one sits at a node of the network that another machine is in. All it takes is SSH to that machine:
 * what a client would bring is fetched through it, and nobody logs in here.
 */
public final class Join {

    private final Host here;
    private final Connections connections;
    private final Gateway gateway;
    private final ClusterConfig config;
    private final ConfigCache cache;
    private final Preparation preparation;
    private final Assimilation assimilation;
    private final ClientHooks hooks;
    private final LearnedPaths paths;

    /**
     * @param gateway that of the config
     * @param cacheDirectory the cache directory
     */
    public Join(
            Host here,
            Connections connections,
            Gateway gateway,
            ClusterConfig config,
            ConfigCache cache,
            Preparation preparation,
            Path cacheDirectory,
            ClientHooks hooks,
            LearnedPaths paths) {
        this.here = here;
        this.connections = connections;
        this.gateway = gateway;
        this.config = config;
        this.cache = cache;
        this.preparation = preparation;
        this.assimilation = new Assimilation(config, new Founding(cacheDirectory));
        this.hooks = hooks;
        this.paths = paths;
    }

    /** Joins through a machine that is a node. What goes wrong is in the result, not thrown. */
    public MachineResult run(MachineAddress through, SlaveOptions options, Progress.Track track) {
        Journey journey = new Journey(track);
        String name = "";
        try {
            SshHost door = journey.look("connect to " + through, () -> connections.to(through));
            AgentClient agent = new AgentClient(new SshChannel(door));
            Mapping theirs = journey.look("ask for its config", () -> configOf(door, agent));
            Inspection seen =
                    journey.step("look at this machine", () -> preparation.inspect(here, EngineKind.of(theirs)));
            name = seen.hostname();
            journey.step("take over its config", () -> takeOver(theirs));
            Optional<MeshResult> mesh = travel(door, agent, options, journey, seen);
            track.done(mesh.map(MeshResult::summary).orElse("ready, not in the mesh"));
            return result(name, mesh, journey, Optional.empty());
        } catch (RuntimeException thrown) {
            return result(name, Optional.empty(), journey, Optional.of(journey.ends("this machine", thrown)));
        }
    }

    private Optional<MeshResult> travel(
            SshHost door, AgentClient agent, SlaveOptions options, Journey journey, Inspection seen) {
        gateway.use(agent);
        preparation.takeArtifacts(journey, door, seen);
        if (options.provision()) {
            preparation.carrySources(journey, options.serverType());
        }
        preparation.upload(journey, here, seen);
        if (options.provision()) {
            preparation.provision(journey, here, options.serverType());
        }
        hooks.fire(journey, "after_slave", event(seen));
        if (!options.assimilate()) {
            return Optional.empty();
        }
        pathTo(door, agent.status()).ifPresent(paths::hint);
        Assimilation.Underlay underlay = underlay(new Door(door), seen);
        MeshResult mesh = assimilation.run(journey, here, underlay, options.afterMesh());
        if (options.afterAssimilate()) {
            hooks.fire(journey, "after_assimilate", event(seen));
        }
        return Optional.of(mesh);
    }

    /** What the network of a node is; refused where this machine belongs to another one, or asks for another engine. */
    private Mapping configOf(SshHost door, AgentClient agent) {
        NodeStatus node = agent.status();
        if (!node.meshed()) {
            throw new NoCluster(
                    door.name(),
                    "it is in no network",
                    "Name a machine that is a node: `raptiformica members` on one of them lists them.");
        }
        Mapping theirs = agent.config().mapping();
        refuseAnotherCluster(theirs);
        config.requireIn(theirs);
        return theirs;
    }

    private Journey.Found<Mapping> takeOver(Mapping theirs) {
        Optional<Mapping> before = cache.read();
        return new Journey.Found<>(cache.update(_ -> theirs), !before.equals(Optional.of(theirs)));
    }

    private void refuseAnotherCluster(Mapping theirs) {
        Optional<String> wanted = ClusterId.of(theirs);
        Optional<String> ours = gateway.ofThisMachine()
                .flatMap(agent -> agent.status().cluster())
                .or(() -> cache.read()
                        .filter(mapping -> !Neighbour.all(mapping).isEmpty())
                        .flatMap(ClusterId::of));
        if (ours.isPresent() && !ours.equals(wanted)) {
            throw new MachineUnsuitable(
                    here.name(),
                    "it belongs to another cluster (" + ours.get() + ", that one is " + wanted.orElse("?") + ")",
                    "Take it out of that one first with `raptiformica clean`, which removes what this machine knows of it.");
        }
    }

    private static Assimilation.Underlay underlay(Door door, Inspection seen) {
        return new Assimilation.Underlay(
                door.sshServerHere().map(Route::to),
                seen.platform(),
                door.hostKeyHere(),
                Optional.empty(),
                OwnAddresses.now().reachable());
    }

    /** The way that SSH took is the one to try first: the network may know that machine under addresses of its own only. */
    private static Optional<PeerAddress> pathTo(SshHost door, NodeStatus node) {
        Transport transport = node.engine().equals("cjdns") ? Transport.UDP : Transport.TLS;
        String host = door.address().host();
        return PeerAddress.parse(
                node.publicKey(),
                "%s://%s:%d"
                        .formatted(transport.word(), host.contains(":") ? "[" + host + "]" : host, node.meshPort()));
    }

    private static JsonObject event(Inspection seen) {
        JsonObject event = new JsonObject();
        event.addProperty("machine", seen.hostname());
        event.addProperty("name", seen.hostname());
        event.addProperty("platform", seen.platform());
        return event;
    }

    private MachineResult result(String name, Optional<MeshResult> mesh, Journey journey, Optional<Failure> failure) {
        return new MachineResult(
                here.name(),
                name,
                mesh.map(MeshResult::meshAddress),
                Optional.empty(),
                journey.time(),
                journey.steps(),
                failure);
    }
}
