package org.raptiformica.mesh.yggdrasil;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.raptiformica.config.NodePaths;
import org.raptiformica.host.Command;
import org.raptiformica.host.LocalHost;
import org.raptiformica.host.Waiting;
import org.raptiformica.mesh.EngineException;
import org.raptiformica.mesh.MeshIdentity;
import org.raptiformica.mesh.MeshSettings;
import org.raptiformica.mesh.MeshStatus;
import org.raptiformica.mesh.NamespaceHost;
import org.raptiformica.mesh.Peer;
import org.raptiformica.mesh.PeerAddress;
import org.raptiformica.mesh.Transport;
import org.raptiformica.provision.artifact.RealBinary;

/** A real engine in a network namespace. */
final class LabNode implements AutoCloseable {

    private final NamespaceHost host;
    private final YggdrasilEngine engine;
    private final Path log;
    private @Nullable Process process;

    LabNode(NamespaceHost host, Path root) {
        this.host = host;
        this.engine = new YggdrasilEngine(new LocalHost(), YggdrasilPlaces.on(new NodePaths(root), binary()));
        this.log = root.resolve("log");
    }

    /** What the system property {@code raptiformica.it.yggdrasil} names, else the one that nodes get. */
    private static Path binary() {
        return Optional.ofNullable(System.getProperty("raptiformica.it.yggdrasil"))
                .map(Path::of)
                .orElseGet(() -> RealBinary.of("yggdrasil"));
    }

    YggdrasilEngine engine() {
        return engine;
    }

    NamespaceHost host() {
        return host;
    }

    MeshIdentity identity() {
        return engine.ensureIdentity();
    }

    LabNode start(MeshSettings settings) throws IOException {
        engine.configure(settings);
        return start();
    }

    LabNode start() throws IOException {
        process = new ProcessBuilder(host.inside(engine.command()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        until("an engine that answers", () -> engine.status() instanceof MeshStatus.Running);
        return this;
    }

    void signal(String name) {
        new LocalHost()
                .run(Command.of("kill", "-" + name, String.valueOf(running().pid())));
    }

    void kill() {
        running().destroyForcibly();
        running().onExit().orTimeout(10, TimeUnit.SECONDS).join();
    }

    /** What the engine says of itself. */
    String described() {
        YggdrasilAdmin admin = engine.admin();
        return Stream.<Supplier<?>>of(
                        admin::health,
                        admin::getSelf,
                        admin::getPeers,
                        admin::getTree,
                        admin::getPaths,
                        admin::getSessions)
                .map(question -> {
                    try {
                        return String.valueOf(question.get());
                    } catch (EngineException unanswered) {
                        return unanswered.toString();
                    }
                })
                .collect(Collectors.joining("\n  ", host.name() + ":\n  ", ""));
    }

    private Process running() {
        if (process == null) {
            throw new IllegalStateException("not started");
        }
        return process;
    }

    PeerAddress at(Transport transport, String underlayAddress) {
        return new PeerAddress(identity().publicKey(), transport, underlayAddress, MeshSettings.DEFAULT_PORT);
    }

    /** Whether a TCP connection over the mesh to the other engine's own listener comes about. */
    boolean reaches(LabNode other) {
        String address = other.identity().address().getHostAddress();
        return host.run(Command.of("timeout", "2", "bash", "-c", "exec 3<>/dev/tcp/" + address + "/4863"))
                .ok();
    }

    Optional<Peer> linkTo(LabNode other) {
        return engine.peers().stream()
                .filter(peer -> peer.up()
                        && peer.publicKey().equals(Optional.of(other.identity().publicKey())))
                .findFirst();
    }

    List<Peer> linksTo(LabNode other) {
        return engine.peers().stream()
                .filter(peer ->
                        peer.publicKey().equals(Optional.of(other.identity().publicKey())))
                .toList();
    }

    static void until(String what, BooleanSupplier holds) {
        Waiting.until(what, Duration.ofSeconds(30), () -> holds.getAsBoolean() ? Optional.of(true) : Optional.empty());
    }

    @Override
    public void close() {
        if (process != null) {
            kill();
        }
    }
}
