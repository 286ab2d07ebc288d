package org.raptiformica.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.raptiformica.mesh.EngineKind;
import org.raptiformica.mesh.cjdns.RealCjdroute;
import org.raptiformica.provision.artifact.ArtifactStore;
import org.raptiformica.provision.artifact.RealBinary;

/** The built program with a cache directory of its own: one client. */
final class Program {

    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final Path home;
    private final Path cache;
    private final Map<String, String> environment = new TreeMap<>();
    private EngineKind mesh = EngineKind.YGGDRASIL;

    private Program(Path home) {
        this.home = home;
        this.cache = home.resolve(".raptiformica.d");
        environment.put("HOME", home.toString());
        environment.put("RAPTIFORMICA_CACHE_DIR", "");
        environment.put("SSH_AUTH_SOCK", "");
        bootsFrom(MachineImage.provisioned());
        BootedMachines.addInstancesOf(cache);
    }

    /** A client whose home is this directory; artifacts are shared with the clients of all tests. */
    static Program at(Path home) {
        Program program = new Program(home);
        program.shareArtifacts();
        return program.meshedBy(MeshSwitch.engine());
    }

    /** Where the distribution under test is. */
    static Path distribution() {
        return Path.of(System.getProperty("raptiformica.home", "dist/raptiformica"))
                .toAbsolutePath();
    }

    /** Lets this client make clusters with this engine, whatever the switch says. */
    Program meshedBy(EngineKind engine) {
        if (engine == EngineKind.CJDNS) {
            environment.put("CJDROUTE", RealCjdroute.required().toString());
        }
        mesh = engine;
        return this;
    }

    /** Where a client keeps the binaries for machines like this one; what is there is not replaced by those of all tests. */
    static Path binaries(Path cache) {
        String platform = ArtifactStore.ownPlatform();
        return cache.resolve("artifacts").resolve(platform.substring(platform.indexOf('-') + 1));
    }

    /** Lets instances of this client come without the program, for tests of the upload and of what leads up to it. */
    Program withBareInstances() {
        return bootsFrom(MachineImage.BARE);
    }

    private Program bootsFrom(String image) {
        environment.put("RAPTIFORMICA_DOCKER_IMAGE", image.equals(MachineImage.BARE) ? "" : image);
        return this;
    }

    private void shareArtifacts() {
        try {
            // The binaries alone: repositories beside them are what this client's modules have brought.
            Path own = binaries(cache);
            Path shared = Files.createDirectories(RealBinary.ARTIFACTS.resolve(String.valueOf(own.getFileName())));
            Files.createDirectories(cache.resolve("artifacts"));
            linkOnce(own, shared);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Several clients of one home may begin at once, and each may have begun before. */
    private static void linkOnce(Path own, Path shared) throws IOException {
        try {
            Files.createSymbolicLink(own, shared);
        } catch (FileAlreadyExistsException there) {
            if (!Files.isDirectory(own)) {
                throw there;
            }
        }
    }

    Path cache() {
        return cache;
    }

    Path home() {
        return home;
    }

    Program with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** Starts a run that the test goes on to watch; its process id is that of its process group, as in a terminal. */
    Process start(Path out, Path err, String... arguments) {
        try {
            // Named whole: tests take the PATH away. A test run that was begun in the background ignores Ctrl-C, and so
            // would all that it starts.
            List<String> words = new ArrayList<>(List.of("/usr/bin/setsid", "/usr/bin/env", "--default-signal=INT"));
            words.addAll(words(arguments));
            ProcessBuilder builder = new ProcessBuilder(words)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile());
            builder.environment().putAll(environment);
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs a command to its end. */
    Run run(String... arguments) {
        long begin = System.nanoTime();
        try {
            Path out = Files.createTempFile("raptiformica-it", ".out");
            Path err = Files.createTempFile("raptiformica-it", ".err");
            try {
                Process process = start(out, err, arguments);
                if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                    process.descendants().forEach(ProcessHandle::destroy);
                    process.destroy();
                    throw new AssertionError("`" + String.join(" ", words(arguments)) + "` did not end in " + LIMIT
                            + "; it said:\n" + Files.readString(err));
                }
                return new Run(
                        words(arguments),
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

    /** Runs a command that has to succeed. */
    Run succeed(String... arguments) {
        Run run = run(arguments);
        assertThat(run.exitCode()).as(run.told()).isZero();
        return run;
    }

    /** A first word such as {@code raptiformica_spawn.py} is a program of 0.1. */
    private List<String> words(String... arguments) {
        List<String> words = MeshSwitch.words(mesh, arguments);
        if (words.isEmpty() || words.getFirst().equals(MeshSwitch.verb(words))) {
            words.addFirst("raptiformica");
        }
        words.set(0, distribution().resolve("bin").resolve(words.getFirst()).toString());
        return words;
    }
}
