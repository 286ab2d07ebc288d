package org.raptiformica.provision.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.raptiformica.config.CacheDirectory;
import org.raptiformica.config.NodePaths;
import org.raptiformica.failure.Failure;
import org.raptiformica.host.Command;
import org.raptiformica.host.Host;
import org.raptiformica.host.Input;
import org.raptiformica.host.LineListener;
import org.raptiformica.host.LocalHost;
import org.raptiformica.host.Outcome;
import org.raptiformica.provision.Inspection;
import org.raptiformica.provision.Inspector;
import org.raptiformica.provision.StepResult;
import org.raptiformica.provision.artifact.Progress;
import org.raptiformica.provision.artifact.Sha256;
import org.raptiformica.provision.artifact.StoredArtifact;

@Execution(ExecutionMode.CONCURRENT)
class UploadTest {

    /** Looked at and packed once: that takes two dozen processes, and one fresh machine is like another. */
    @SuppressWarnings("NullAway.Init")
    private static Inspection fresh;

    @SuppressWarnings("NullAway.Init")
    private static ProgramArchive one;

    @TempDir
    Path directory;

    private NodePaths node = new NodePaths(Path.of("/"));
    private CacheDirectory client = new CacheDirectory(Path.of("/"));
    private final List<Payload> payloads = new ArrayList<>();

    @BeforeAll
    static void aFreshMachineAndAProgram(@TempDir Path shared) throws IOException {
        fresh = new Inspector(new NodePaths(shared.resolve("fresh")), InstantSource.system()).inspect(new LocalHost());
        one = program(shared, "#!/bin/sh\necho one\n");
    }

    @BeforeEach
    void aClientWithEverything() throws IOException {
        node = new NodePaths(directory.resolve("node"));
        client = new CacheDirectory(directory.resolve("client"));
        write(client.mutableConfig(), "{\"raptiformica/x\": \"y\"}\n");
        write(client.module("map").resolve("map.json"), "{}\n");
        write(client.module("map").resolve(".git/HEAD"), "left out\n");
        write(client.repository("app").resolve(".git/HEAD"), "sent\n");
        write(directory.resolve("consul"), "#!/bin/sh\n" + "# a binary\n".repeat(3_000));
        packConsul();
    }

    private void packConsul() throws IOException {
        try (OutputStream packed = new GZIPOutputStream(Files.newOutputStream(directory.resolve("consul.gz")))) {
            Files.copy(directory.resolve("consul"), packed);
        }
    }

    @AfterEach
    void close() {
        payloads.forEach(Payload::close);
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static void run(String... words) {
        Outcome outcome = new LocalHost().run(Command.of(words));
        assertThat(outcome.ok()).describedAs(outcome.err()).isTrue();
    }

    private static ProgramArchive program(Path directory, String content) throws IOException {
        Path tree = directory.resolve("program-" + content.hashCode());
        Path launcher = tree.resolve("raptiformica-1/bin/raptiformica");
        write(launcher, content);
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path archive = directory.resolve("raptiformica-" + content.hashCode() + ".tar.gz");
        run("tar", "-czf", archive.toString(), "-C", tree.toString(), "raptiformica-1");
        return ProgramArchive.of(archive);
    }

    private Payload payload(ProgramArchive program) throws IOException {
        Path consul = directory.resolve("consul");
        StoredArtifact artifact =
                new StoredArtifact("consul", "x86_64", consul, Sha256.of(consul), directory.resolve("consul.gz"));
        Payload payload = Payload.pack(client, program, List.of(artifact), Optional.of(client.mutableConfig()));
        payloads.add(payload);
        return payload;
    }

    private Payload payload() throws IOException {
        return payload(one);
    }

    private Inspection inspect() {
        return new Inspector(node, InstantSource.system()).inspect(new LocalHost());
    }

    private List<StepResult> deliver(Host host, Payload payload) {
        return new Upload(node).deliver(host, payload, inspect(), Progress.SILENT);
    }

    /** To a machine that has nothing, which is known and not looked at again. */
    private List<StepResult> deliverToFresh(Host host, Payload payload) {
        return new Upload(node).deliver(host, payload, fresh, Progress.SILENT);
    }

    private List<Path> halfMade() throws IOException {
        try (Stream<Path> files = Files.walk(node.root())) {
            return files.filter(file -> file.getFileName().toString().contains(".incoming"))
                    .toList();
        }
    }

    private void assertComplete() throws IOException {
        assertThat(node.program().resolve("bin/raptiformica")).isExecutable();
        assertThat(node.cache().artifact("x86_64", "consul").resolve("consul"))
                .isExecutable()
                .hasSameBinaryContentAs(directory.resolve("consul"));
        assertThat(node.cache().mutableConfig()).hasSameBinaryContentAs(client.mutableConfig());
        assertThat(node.cache().module("map").resolve("map.json")).hasContent("{}");
        assertThat(node.cache().repository("app").resolve(".git/HEAD")).hasContent("sent");
        assertThat(halfMade()).isEmpty();
    }

    @Test
    void bringsEverythingToAFreshMachine() throws IOException {
        List<StepResult> results = deliver(new LocalHost(), payload());

        assertThat(results)
                .extracting(StepResult::step)
                .containsExactly("artifact consul", "config", "module map", "repository app", "program");
        assertThat(results).extracting(StepResult::status).containsOnly(StepResult.Status.CHANGED);
        assertComplete();
    }

    @Test
    void sendsNothingTheSecondTime() throws IOException {
        Payload payload = payload();
        deliverToFresh(new LocalHost(), payload);

        List<StepResult> again = deliver(
                new FaultyHost(0, () -> {
                    throw new AssertionError("the machine was sent something");
                }),
                payload);

        assertThat(again).extracting(StepResult::status).containsOnly(StepResult.Status.OK);
    }

    @Test
    void sendsOnlyWhatIsMissing() throws IOException {
        deliverToFresh(new LocalHost(), payload());
        write(client.module("map").resolve("map.json"), "{ }\n");

        assertThat(deliver(new LocalHost(), payload()))
                .filteredOn(result -> result.status() == StepResult.Status.CHANGED)
                .extracting(StepResult::step)
                .containsExactly("module map");
    }

    @Test
    void sendsAnewWhatWasDamagedOnTheMachine() throws IOException {
        Payload payload = payload();
        deliverToFresh(new LocalHost(), payload);
        Files.writeString(node.cache().artifact("x86_64", "consul").resolve("consul"), "#!/bin/sh\nexit 1\n");

        deliver(new LocalHost(), payload);

        assertComplete();
    }

    @Test
    void keepsTheConfigFromAllButRoot() throws IOException {
        deliverToFresh(new LocalHost(), payload());

        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(node.cache().mutableConfig())))
                .isEqualTo("rw-------");
    }

    @Test
    void leavesModulesAloneThatSomebodyElseInstalled() throws IOException {
        write(node.cache().module("other").resolve("other.json"), "{}\n");

        deliverToFresh(new LocalHost(), payload());

        assertThat(node.cache().module("other").resolve("other.json")).exists();
    }

    @Test
    void leavesAModulesHistoryBehind() throws IOException {
        deliverToFresh(new LocalHost(), payload());

        assertThat(node.cache().module("map").resolve(".git")).doesNotExist();
    }

    @Test
    void startsAnewAfterABreakAtAnyByte() throws IOException {
        Payload payload = payload();
        long whole = streamed(payload);

        List<Long> survived = new ArrayList<>();
        for (long cut = 0; cut < whole; cut += whole / 17) {
            if (failsAfter(cut, payload)) {
                assertThat(node.program())
                        .describedAs("cut after %d bytes", cut)
                        .doesNotExist();
            } else {
                survived.add(cut);
                assertComplete();
                break;
            }
            assertThat(halfMade()).describedAs("cut after %d bytes", cut).isEmpty();
        }

        // Behind the last member a tar stream has nothing but zeros up to a multiple of 10 KiB: they may be lost.
        assertThat(survived).allMatch(cut -> cut > whole - 10_240, "only zeros were lost of %d bytes".formatted(whole));
        deliver(new LocalHost(), payload);
        assertComplete();
    }

    private boolean failsAfter(long cut, Payload payload) {
        try {
            deliverToFresh(new FaultyHost(cut, () -> {}), payload);
            return false;
        } catch (Failure broken) {
            return true;
        }
    }

    private long streamed(Payload payload) {
        NodePaths elsewhere = new NodePaths(directory.resolve("elsewhere"));
        long[] seen = new long[1];
        new Upload(elsewhere).deliver(new LocalHost(), payload, fresh, (what, done, total) -> seen[0] = done);
        return seen[0];
    }

    @Test
    void sweepsAwayWhatAKilledUploadLeft() throws IOException {
        write(node.cache().root().resolve(".incoming.999999999.1/half"), "x");
        write(node.programs().resolve(".incoming.999999999.1/half"), "x");

        deliverToFresh(new LocalHost(), payload());

        assertComplete();
    }

    @Test
    void putsNothingInPlaceThatArrivedDamaged() throws IOException {
        Payload payload = payload();
        Files.write(directory.resolve("consul.gz"), new byte[100]);

        assertThatThrownBy(() -> deliverToFresh(new LocalHost(), payload))
                .hasMessageContaining("artifacts/x86_64/consul/consul arrived damaged");
        assertThat(node.cache().artifact("x86_64", "consul").resolve("consul")).doesNotExist();
        assertThat(halfMade()).isEmpty();
    }

    @Test
    void switchesToAnotherProgramAndForgetsTheOld() throws IOException {
        deliverToFresh(new LocalHost(), payload());
        ProgramArchive newer = program(directory, "#!/bin/sh\necho two\n");

        deliver(new LocalHost(), payload(newer));

        assertThat(node.program().resolve("bin/raptiformica")).content().contains("two");
        try (Stream<Path> programs = Files.list(node.programs())) {
            assertThat(programs).containsExactly(node.programs().resolve(newer.id()));
        }
    }

    @Test
    void keepsAnOldProgramThatAProcessRunsFrom() throws Exception {
        deliverToFresh(new LocalHost(), payload());
        Path old = node.program().toRealPath();
        Files.copy(Path.of("/bin/sleep"), old.resolve("bin/sleeper"));
        Process running = new ProcessBuilder(old.resolve("bin/sleeper").toString(), "60").start();
        try {
            deliver(new LocalHost(), payload(program(directory, "#!/bin/sh\necho two\n")));

            assertThat(old).exists();
        } finally {
            running.destroyForcibly().waitFor();
        }
    }

    @Test
    void keepsACheckoutOfRaptiformica01Aside() throws IOException {
        write(node.program().resolve("setup.py"), "# 0.1\n");

        List<StepResult> results = deliver(new LocalHost(), payload());

        assertComplete();
        assertThat(results.getLast().detail()).contains("is kept in " + node.program() + ".0.1-");
        try (Stream<Path> kept = Files.list(node.source(""))) {
            assertThat(kept.filter(path -> path.toString().contains(".0.1-")))
                    .singleElement()
                    .satisfies(path -> assertThat(path.resolve("setup.py")).exists());
        }
    }

    private void makeConsulLarge() throws IOException {
        byte[] incompressible = new byte[3 * PacedStream.LEAST];
        new Random(1).nextBytes(incompressible);
        Files.write(directory.resolve("consul"), incompressible);
        packConsul();
    }

    @Test
    void sendsMoreThanItHoldsAhead() throws IOException {
        makeConsulLarge();

        Overheard machine = new Overheard(directory);
        deliverToFresh(machine, payload());

        assertComplete();
        assertThat(machine.said()).as("how far it is").anyMatch(line -> line.matches("tar: taken [0-9]+"));
    }

    @Test
    void sendsMoreThanItHoldsAheadToATarThatDoesNotCount() throws IOException {
        makeConsulLarge();
        Path tar = directory.resolve("other/tar");
        write(tar, """
                #!/bin/sh
                case "$*" in
                    --version) echo 'tar (busybox) 1.36' ;;
                    *checkpoint*) echo "tar: unrecognized option: checkpoint" >&2; exit 1 ;;
                    *) PATH=${PATH#*:} exec tar "$@" ;;
                esac
                """);
        Files.setPosixFilePermissions(tar, PosixFilePermissions.fromString("rwxr-xr-x"));

        Overheard machine = new Overheard(directory.resolve("other"));
        deliverToFresh(machine, payload());

        assertComplete();
        assertThat(machine.said()).contains("untold");
    }

    @Test
    void tellsBeforehandWhatItWouldSend() throws IOException {
        assertThat(new Upload(node).plan(payload(), inspect()))
                .extracting(StepResult::status)
                .containsOnly(StepResult.Status.CHANGED);
        assertThat(node.cache().root()).doesNotExist();
    }

    /** This machine with the programs of a directory before its own, and what it told while it received. */
    private record Overheard(Path programs, List<String> said) implements Host {

        Overheard(Path programs) {
            this(programs, new ArrayList<>());
        }

        @Override
        public String name() {
            return "a machine that is listened to";
        }

        @Override
        public Outcome run(Command command, LineListener live) {
            return new LocalHost()
                    .run(command.withEnvironment("PATH", programs + ":" + System.getenv("PATH")), line -> {
                        said.add(line);
                        live.line(line);
                    });
        }
    }

    /** This machine, whose connection breaks after so many bytes. */
    private record FaultyHost(long bytes, Runnable whenUsed) implements Host {

        @Override
        public String name() {
            return "a machine far away";
        }

        @Override
        public Outcome run(Command command, LineListener live) {
            whenUsed.run();
            if (command.input() instanceof Input.Stream stream) {
                return new LocalHost()
                        .run(
                                command.withInput(new Input.Stream(out -> {
                                    try {
                                        stream.writer().writeTo(new Cut(out, bytes));
                                    } catch (CutException end) {
                                        // The far side sees the end of its input, as it does when a connection goes.
                                    }
                                })),
                                live);
            }
            return new LocalHost().run(command, live);
        }
    }

    private static final class CutException extends IOException {}

    private static final class Cut extends FilterOutputStream {
        private long left;

        Cut(OutputStream out, long bytes) {
            super(out);
            left = bytes;
        }

        @Override
        public void write(byte[] buffer, int offset, int length) throws IOException {
            int part = (int) Math.min(left, length);
            out.write(buffer, offset, part);
            left -= part;
            if (part < length) {
                throw new CutException();
            }
        }
    }
}
