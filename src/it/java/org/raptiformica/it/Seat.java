package org.raptiformica.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.raptiformica.mesh.EngineKind;
import org.raptiformica.provision.artifact.RealBinary;

/** A machine that a person sits at: a container with the program's distribution, a key, and an SSH server or none. */
final class Seat implements SeenNode, AutoCloseable {

    private static final String PROGRAM = "/opt/raptiformica/bin/raptiformica";
    private static final Duration LIMIT = Duration.ofMinutes(4);

    private final String name;
    private final String id;
    private final Inside inside;
    private EngineKind mesh = MeshSwitch.engine();

    private Seat(String name, String id) {
        this.name = name;
        this.id = id;
        this.inside = new Inside(id);
        BootedMachines.add(id);
    }

    /** A machine on these networks that lets the key in. */
    static Seat withSshServer(String name, Path key, String... networks) {
        Seat seat = boot(name, List.of(), List.of(), key, networks);
        seat.shell("cp /root/.ssh/id_ed25519.pub /root/.ssh/authorized_keys");
        return seat;
    }

    /** A machine that nobody can log in to. */
    static Seat withoutSshServer(String name, Path key, String... networks) {
        return boot(name, List.of("sleep"), List.of("infinity"), key, networks);
    }

    private static Seat boot(
            String name, List<String> entrypoint, List<String> arguments, Path key, String... networks) {
        List<String> words = new ArrayList<>(List.of("run", "--detach", "--init", "--hostname", name));
        words.addAll(List.of("--cap-add=NET_ADMIN", "--cap-add=NET_RAW", "--device=/dev/net/tun"));
        words.add("--sysctl=net.ipv6.conf.all.disable_ipv6=0");
        words.add("--volume=" + Program.distribution() + ":/opt/raptiformica:ro");
        words.add("--network=" + networks[0]);
        entrypoint.forEach(program -> words.add("--entrypoint=" + program));
        words.add(MachineImage.provisioned());
        words.addAll(arguments);
        Seat seat = new Seat(name, Docker.run(words.toArray(String[]::new)));
        for (int i = 1; i < networks.length; i++) {
            Docker.run("network", "connect", networks[i], seat.id);
        }
        seat.shell("mkdir -p /root/.ssh");
        Docker.run("cp", key.toString(), seat.id + ":/root/.ssh/id_ed25519");
        Docker.run("cp", key + ".pub", seat.id + ":/root/.ssh/id_ed25519.pub");
        seat.shell("chown -R root:root /root/.ssh");
        return seat;
    }

    /** Makes a key without a passphrase. */
    static Path key(Path directory) {
        Path key = directory.resolve("id_ed25519");
        try {
            Process made = new ProcessBuilder("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key.toString())
                    .inheritIO()
                    .start();
            assertThat(made.waitFor()).as("exit code of ssh-keygen").isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        return key;
    }

    /** Makes clusters with this engine, whatever the switch says. */
    Seat meshedBy(EngineKind engine) {
        mesh = engine;
        return this;
    }

    /** Has the artifacts that another test's client has fetched. */
    Seat withArtifacts() {
        if (hasArtifacts(mesh)) {
            return this;
        }
        shell("mkdir -p /root/.raptiformica.d");
        Docker.run("cp", realArtifacts() + "/x86_64", id + ":/tmp/x86_64");
        shell("mkdir -p /root/.raptiformica.d/artifacts && mv /tmp/x86_64 /root/.raptiformica.d/artifacts/");
        return this;
    }

    private Path realArtifacts() {
        try {
            MeshSwitch.fetchArtifacts(mesh);
            return RealBinary.ARTIFACTS.toRealPath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String name() {
        return name;
    }

    /** The machine's address on a network that it is on. */
    String on(String network) {
        return Docker.run(
                "inspect", "--format", "{{(index .NetworkSettings.Networks \"" + network + "\").IPAddress}}", id);
    }

    @Override
    public Inside inside() {
        return inside;
    }

    @Override
    public String shell(String command) {
        return Docker.run("exec", id, "sh", "-c", command);
    }

    /** Runs the program as the person at this machine does. */
    Run run(String... arguments) {
        List<String> words = new ArrayList<>(List.of("docker", "exec", id, PROGRAM));
        words.addAll(MeshSwitch.words(mesh, arguments));
        long begin = System.nanoTime();
        try {
            Path out = Files.createTempFile("raptiformica-it", ".out");
            Path err = Files.createTempFile("raptiformica-it", ".err");
            try {
                Process process = new ProcessBuilder(words)
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile())
                        .start();
                process.getOutputStream().close();
                if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                    process.destroy();
                    throw new AssertionError(
                            words + " on " + name + " did not end in " + LIMIT + ":\n" + Files.readString(err));
                }
                return new Run(
                        words,
                        process.exitValue(),
                        Files.readString(out),
                        Files.readString(err),
                        Duration.ofNanos(System.nanoTime() - begin));
            } finally {
                Files.delete(out);
                Files.delete(err);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Runs a command of the program that has to succeed. */
    Run succeed(String... arguments) {
        Run run = run(arguments);
        assertThat(run.exitCode()).as("on " + name + ": " + run.told()).isZero();
        return run;
    }

    /** The members that are alive, mesh addresses by names, as this machine sees them. */
    Map<String, String> alive() {
        Map<String, String> alive = new TreeMap<>();
        Run run = run("members", "--output", "json");
        if (run.exitCode() == 0) {
            Cluster.objects(run.out()).stream()
                    .filter(member -> member.get("status").getAsString().equals("alive"))
                    .forEach(member -> alive.put(text(member, "name"), text(member, "node")));
        }
        return alive;
    }

    private static String text(JsonObject json, String name) {
        return json.get(name).getAsString();
    }

    @Override
    public void close() {
        Docker.run("rm", "--force", "--volumes", id);
    }
}
