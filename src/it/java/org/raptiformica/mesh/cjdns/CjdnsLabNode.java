package org.raptiformica.mesh.cjdns;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.raptiformica.host.Command;
import org.raptiformica.host.LocalHost;
import org.raptiformica.host.Outcome;
import org.raptiformica.host.Waiting;
import org.raptiformica.mesh.InsideNamespace;
import org.raptiformica.mesh.MeshIdentity;
import org.raptiformica.mesh.MeshSettings;
import org.raptiformica.mesh.MeshStatus;
import org.raptiformica.mesh.NamespaceHost;
import org.raptiformica.mesh.Peer;
import org.raptiformica.mesh.PeerAddress;
import org.raptiformica.mesh.Transport;

/** A real cjdroute in a network namespace. */
final class CjdnsLabNode implements AutoCloseable {

    private final NamespaceHost host;
    private final InsideNamespace inside;
    private final CjdnsEngine engine;
    private final Path log;
    private @Nullable Process process;

    CjdnsLabNode(NamespaceHost host, Path root) {
        CjdnsPlaces places =
                new CjdnsPlaces(RealCjdroute.required(), root.resolve("cjdroute.conf"), root.resolve("pipe"));
        this.host = host;
        this.inside = new InsideNamespace(host);
        this.engine = new CjdnsEngine(new LocalHost(), places);
        this.log = root.resolve("log");
    }

    /** What the engine answers, asked from inside its namespace. */
    <T> T ask(Function<CjdnsEngine, T> question) {
        return inside.call(() -> question.apply(engine));
    }

    void tell(Consumer<CjdnsEngine> order) {
        inside.call(() -> {
            order.accept(engine);
            return true;
        });
    }

    MeshIdentity identity() {
        return engine.ensureIdentity();
    }

    CjdnsLabNode start(MeshSettings settings) throws IOException {
        engine.configure(settings);
        return start();
    }

    CjdnsLabNode start() throws IOException {
        process = begin();
        until("an engine that answers", () -> {
            supervise();
            return ask(CjdnsEngine::status) instanceof MeshStatus.Running;
        });
        // The core answers before it is told its interface and its peers.
        until(
                "the interface",
                () -> host.run(Command.of("ip", "link", "show", "dev", "rapti0"))
                        .ok());
        return this;
    }

    private Process begin() throws IOException {
        return new ProcessBuilder(host.inside(engine.command()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    /** Starts the process again where it has ended: cjdroute may, when its core is slower than it on a busy machine. */
    private void supervise() {
        try {
            process = process != null && process.isAlive() ? process : begin();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Ends the supervised process, politely or not. */
    void end(boolean politely) {
        if (process == null) {
            return;
        }
        if (politely) {
            process.destroy();
        } else {
            process.destroyForcibly();
        }
        process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
    }

    PeerAddress at(String underlayAddress) {
        return new PeerAddress(identity().publicKey(), Transport.UDP, underlayAddress, MeshSettings.DEFAULT_PORT);
    }

    /** Whether the other's kernel answers over the mesh: it refuses a port where nothing listens. */
    boolean reaches(CjdnsLabNode other) {
        String address = other.identity().address().getHostAddress();
        Outcome outcome = host.run(Command.of("timeout", "2", "bash", "-c", "exec 3<>/dev/tcp/" + address + "/9"));
        return outcome.err().contains("refused");
    }

    /** The longest time without an answer of the other over the mesh, asked every 0.1 s while this is done and 20 times more. */
    Duration silenceTo(CjdnsLabNode other, Runnable done) {
        InetSocketAddress target = new InetSocketAddress(other.identity().address(), 9);
        try (InsideNamespace prober = new InsideNamespace(host)) {
            AtomicBoolean over = new AtomicBoolean();
            CompletableFuture<Duration> silence = CompletableFuture.supplyAsync(
                    () -> prober.call(() -> longestSilence(target, over)), Thread::startVirtualThread);
            done.run();
            over.set(true);
            return silence.join();
        }
    }

    private static Duration longestSilence(InetSocketAddress target, AtomicBoolean over) throws Exception {
        long longest = 0;
        long last = System.nanoTime();
        for (int after = 0; after < 20; after += over.get() ? 1 : 0) {
            boolean answered = answers(target);
            long now = System.nanoTime();
            longest = Math.max(longest, now - last);
            last = answered ? now : last;
            Thread.sleep(100);
        }
        return Duration.ofNanos(longest);
    }

    private static boolean answers(InetSocketAddress target) {
        try (Socket socket = new Socket()) {
            socket.connect(target, 500);
            return true;
        } catch (ConnectException refused) {
            return String.valueOf(refused.getMessage()).contains("refused");
        } catch (IOException silent) {
            return false;
        }
    }

    Optional<Peer> linkTo(CjdnsLabNode other) {
        return ask(CjdnsEngine::peers).stream()
                .filter(peer -> peer.up()
                        && peer.publicKey().equals(Optional.of(other.identity().publicKey())))
                .findFirst();
    }

    static void until(String what, BooleanSupplier holds) {
        Waiting.until(what, Duration.ofSeconds(40), () -> holds.getAsBoolean() ? Optional.of(true) : Optional.empty());
    }

    @Override
    public void close() {
        end(true);
        inside.close();
    }
}
