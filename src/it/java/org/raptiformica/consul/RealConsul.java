package org.raptiformica.consul;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.raptiformica.provision.artifact.RealBinary;

/** A real Consul process on loopback, and what tests do to it. */
public final class RealConsul implements AutoCloseable {

    private final List<String> command;
    private final URI http;
    private final Path log;
    private Process process;

    private RealConsul(List<String> command, URI http, Path log) {
        this.command = List.copyOf(command);
        this.http = http;
        this.log = log;
        this.process = launch();
    }

    /** The program: what the system property {@code raptiformica.it.consul} names, else the one that nodes get. */
    public static Path binary() {
        return Optional.ofNullable(System.getProperty("raptiformica.it.consul"))
                .map(Path::of)
                .orElseGet(() -> RealBinary.of("consul"));
    }

    /** A server alone, in memory, that leads. */
    public static RealConsul alone(Path directory) {
        int http = freePort("127.0.0.1");
        RealConsul consul = start(
                List.of(
                        binary().toString(),
                        "agent",
                        "-dev",
                        "-node=alone",
                        "-bind=127.0.0.1",
                        "-http-port=" + http,
                        "-server-port=" + freePort("127.0.0.1"),
                        "-serf-lan-port=" + freePort("127.0.0.1"),
                        "-serf-wan-port=-1",
                        "-grpc-port=-1",
                        "-dns-port=-1",
                        "-disable-host-node-id"),
                http,
                directory.resolve("consul.log"));
        consul.until(
                "it leads",
                Duration.ofSeconds(20),
                () -> consul.client().catalog().checks("alone", Read.now()).value().stream()
                        .anyMatch(check -> check.status().equals("passing")));
        return consul;
    }

    /** Any agent, started by its words. */
    public static RealConsul start(List<String> command, int httpPort, Path log) {
        return new RealConsul(command, URI.create("http://127.0.0.1:" + httpPort), log);
    }

    /** A port that nobody uses for TCP or UDP at an address. */
    public static int freePort(String address) {
        try (ServerSocket tcp = new ServerSocket(0, 1, InetAddress.getByName(address));
                DatagramSocket ignored =
                        new DatagramSocket(new InetSocketAddress(InetAddress.getByName(address), tcp.getLocalPort()))) {
            return ignored.getLocalPort();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** A client of it. */
    public ConsulClient client() {
        return new ConsulClient(http);
    }

    /** A client of it that gives up early. */
    public ConsulClient client(Duration limit) {
        return new ConsulClient(http, limit);
    }

    /** What it has logged. */
    public String log() {
        try {
            return Files.readString(log);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Sends a signal, such as {@code STOP}. */
    public void signal(String name) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .start()
                    .waitFor();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        }
    }

    /** Stops it as a supervisor would, and starts it again with the configuration that is there then. */
    public void restart() {
        process.destroy();
        waitForEnd();
        process = launch();
    }

    /** Kills it; {@link #restart} brings it back. */
    public void kill() {
        process.destroyForcibly();
        waitForEnd();
    }

    /** Whether the process runs. */
    public boolean running() {
        return process.isAlive();
    }

    /** Waits for a condition; while Consul cannot answer it does not hold. The time it took. */
    public Duration until(String what, Duration limit, BooleanSupplier condition) {
        long start = System.nanoTime();
        Optional<ConsulException> last = Optional.empty();
        while (System.nanoTime() - start < limit.toNanos()) {
            try {
                if (condition.getAsBoolean()) {
                    return Duration.ofNanos(System.nanoTime() - start);
                }
                Thread.sleep(20);
            } catch (ConsulException notYet) {
                last = Optional.of(notYet);
            } catch (InterruptedException interrupt) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        throw new AssertionError("not within " + limit + ": " + what
                + last.map(why -> " (" + why.getMessage() + ")").orElse("") + "\n" + log());
    }

    private Process launch() {
        try {
            Files.createDirectories(log.getParent());
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void waitForEnd() {
        try {
            process.waitFor();
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        kill();
    }

    /** The words, for a failure message. */
    @Override
    public String toString() {
        return String.join(" ", new ArrayList<>(command));
    }
}
