package org.raptiformica.provision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.raptiformica.config.CacheFiles;
import org.raptiformica.config.NodePaths;
import org.raptiformica.failure.StepFailed;
import org.raptiformica.host.Command;
import org.raptiformica.host.LocalHost;
import org.raptiformica.host.Outcome;
import org.raptiformica.host.Waiting;

@Execution(ExecutionMode.CONCURRENT)
class ServerTypeProvisionerTest {

    @TempDir
    Path root;

    private Path repository = Path.of("/");
    private NodePaths paths = new NodePaths(Path.of("/"));

    /** Made once; each test has a copy. */
    @SuppressWarnings("NullAway.Init")
    private static Path oneFile;

    @BeforeAll
    static void repositoryWithOneFile(@TempDir Path shared) throws IOException {
        oneFile = shared.resolve("origin");
        git(shared, "init", "-q", "--template=", oneFile.toString());
        commit(oneFile, "deploy.sh", "#!/bin/sh\necho one >>deployed\n");
    }

    @BeforeEach
    void repository() throws IOException {
        paths = new NodePaths(root);
        repository = root.resolve("origin");
        try (Stream<Path> files = Files.walk(oneFile)) {
            for (Path file : files.toList()) {
                Files.copy(
                        file,
                        repository.resolve(oneFile.relativize(file).toString()),
                        StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    private static void commit(Path repository, String name, String text) throws IOException {
        Path file = repository.resolve(name);
        Files.writeString(file, text);
        assertThat(file.toFile().setExecutable(true)).isTrue();
        commitIn(repository);
    }

    private static void commitIn(Path repository) {
        git(repository, "add", "-A");
        git(repository, "-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-q", "-m", "a change");
    }

    private static void git(Path directory, String... words) {
        // Nothing of these lasts: no tidying up after each commit, and no waiting for the disk.
        List<String> all = new ArrayList<>(List.of("git", "-c", "maintenance.auto=false", "-c", "core.fsync=none"));
        all.addAll(List.of(words));
        Outcome outcome = new LocalHost().run(Command.of(all).in(directory));
        assertThat(outcome.ok()).describedAs(outcome.err()).isTrue();
    }

    private List<StepResult> provision(ServerTypeEntry entry) {
        return new ServerTypeProvisioner(paths, Duration.ofSeconds(20))
                .provision(new LocalHost(), List.of(entry), line -> {});
    }

    private ServerTypeEntry fromGit() {
        return new ServerTypeEntry("app", Optional.of("file://" + repository), "./deploy.sh");
    }

    @Test
    void checksTheSourceOutAndRunsTheBootstrapThere() throws IOException {
        assertThat(provision(fromGit()))
                .extracting(StepResult::status)
                .containsExactly(StepResult.Status.CHANGED, StepResult.Status.OK);

        assertThat(Files.readString(paths.source("app").resolve("deployed"))).isEqualTo("one\n");
    }

    @Test
    void leavesASourceAloneThatIsUpToDate() {
        provision(fromGit());

        assertThat(provision(fromGit()).getFirst()).isEqualTo(StepResult.ok("source app"));
    }

    @Test
    void followsTheSourceAndKeepsWhatTheBootstrapMade() throws IOException {
        provision(fromGit());
        commit(repository, "deploy.sh", "#!/bin/sh\necho two >>deployed\n");

        provision(fromGit());

        assertThat(Files.readString(paths.source("app").resolve("deployed"))).isEqualTo("one\ntwo\n");
    }

    @Test
    void takesTheCloneThatTheClientSentWhereTheSourceCannotBeReached() throws IOException {
        Files.createDirectories(paths.cache().repositories());
        Files.move(repository, paths.cache().repository("app"));

        provision(fromGit());

        assertThat(paths.source("app").resolve("deployed")).exists();
    }

    @Test
    void takesASourceOnTheMachineThatBelongsToSomebodyElse() {
        Outcome given = new LocalHost().run(Command.of("chown", "-R", "12345", repository.toString()));
        assumeTrue(given.ok(), "skipped: only root gives files away");

        provision(fromGit());

        assertThat(paths.source("app").resolve(".git")).exists();
        assertThat(paths.source("app").resolve("deployed")).exists();
    }

    @Test
    void takesTheSubmodulesFromTheCloneThatTheClientSentToo() throws IOException {
        Path inner = submodule("one");
        carried("--recursive");
        Files.move(repository, root.resolve("gone"));
        Files.move(inner, root.resolve("gone-too"));

        provision(fromGit());
        assertThat(paths.source("app").resolve("deployed")).exists();
        assertThat(paths.source("app").resolve("inner/file")).hasContent("one");
    }

    @Test
    void followsTheSubmodulesOfTheCloneThatTheClientSent() throws IOException {
        Path inner = submodule("one");
        carried("--recursive");
        provision(fromGit());

        Files.writeString(inner.resolve("file"), "two");
        commitIn(inner);
        git(repository, "-c", "protocol.file.allow=always", "submodule", "--quiet", "update", "--remote");
        commitIn(repository);
        CacheFiles.deleteTree(paths.cache().repository("app"));
        carried("--recursive");
        Files.move(repository, root.resolve("gone"));
        Files.move(inner, root.resolve("gone-too"));

        assertThat(provision(fromGit()).getFirst().status()).isEqualTo(StepResult.Status.CHANGED);
        assertThat(paths.source("app").resolve("inner/file")).hasContent("two");
    }

    @Test
    void leavesACloneOfAnotherSourceAloneThatHasTheNameOfTheEntry() throws IOException {
        carried("--quiet");
        ServerTypeEntry other = new ServerTypeEntry("app", Optional.of("file:///no/such/place"), "touch ran");

        assertThatThrownBy(() -> provision(other))
                .isInstanceOf(StepFailed.class)
                .hasMessageContaining("the source of app, file:///no/such/place, could not be checked out");
        assertThat(paths.source("app")).doesNotExist();
    }

    /** Gives the repository a submodule. */
    private Path submodule(String content) throws IOException {
        Path inner = Files.createDirectories(root.resolve("inner-origin"));
        Files.writeString(inner.resolve("file"), content);
        git(inner, "init", "-q", "--template=");
        commitIn(inner);
        git(repository, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "file://" + inner, "inner");
        commitIn(repository);
        return inner;
    }

    /** Lays the clone where an upload lays it. */
    private void carried(String how) throws IOException {
        Files.createDirectories(paths.cache().repositories());
        git(
                repository,
                "-c",
                "protocol.file.allow=always",
                "clone",
                "-q",
                how,
                "file://" + repository,
                paths.cache().repository("app").toString());
    }

    @Test
    void linksADirectoryThatIsNoRepository() throws IOException {
        Path program = Files.createDirectories(root.resolve("program"));

        provision(new ServerTypeEntry("provisioner", Optional.of("file://" + program), "touch here"));

        assertThat(program.resolve("here")).exists();
    }

    @Test
    void runsAnEntryWithoutSourceInTheProgramsDirectory() throws IOException {
        Files.createDirectories(paths.source("raptiformica"));

        provision(new ServerTypeEntry("raptiformica", Optional.empty(), "pwd >here"));

        assertThat(paths.source("raptiformica").resolve("here"))
                .content()
                .isEqualToIgnoringNewLines(paths.source("raptiformica").toString());
    }

    @Test
    void triesThreeTimes() throws IOException {
        Files.createDirectories(paths.source("raptiformica"));

        provision(new ServerTypeEntry("raptiformica", Optional.empty(), "echo x >>n; [ $(wc -l <n) -eq 3 ]"));

        assertThat(Files.readAllLines(paths.source("raptiformica").resolve("n")))
                .hasSize(3);
    }

    @Test
    void failsAfterTheThirdTimeAndSaysWhy() throws IOException {
        Files.createDirectories(paths.source("raptiformica"));

        assertThatThrownBy(() -> provision(new ServerTypeEntry(
                        "raptiformica", Optional.empty(), "echo x >>n; echo no network >&2; exit 7")))
                .isInstanceOf(StepFailed.class)
                .hasMessage("provisioning raptiformica failed 3 times (exit code 7: no network)");
        assertThat(Files.readAllLines(paths.source("raptiformica").resolve("n")))
                .hasSize(3);
    }

    @Test
    void saysWhatABootstrapComplainedOfFirstAndLast() throws IOException {
        Files.createDirectories(paths.source("raptiformica"));
        String noisy = "echo 'W: old lists' >&2; echo reading; echo 'E: no package consul' >&2; exit 100";

        assertThatThrownBy(() -> provision(new ServerTypeEntry("raptiformica", Optional.empty(), noisy)))
                .hasMessage(
                        "provisioning raptiformica failed 3 times (exit code 100: W: old lists … E: no package consul)");
    }

    @Test
    void bootstrapThatNeverEndsIsEndedThreeTimesWithAllThatItStartedAndIsThatMachinesFailure() throws Exception {
        Path directory = Files.createDirectories(paths.source("raptiformica"));
        ServerTypeEntry endless = new ServerTypeEntry(
                "raptiformica", Optional.empty(), "sleep 600 & echo $! >> pids; echo $$ >> pids; wait");

        assertThatThrownBy(() -> new ServerTypeProvisioner(paths, Duration.ofSeconds(1))
                        .provision(new LocalHost(), List.of(endless), line -> {}))
                .isInstanceOf(StepFailed.class)
                .hasMessageContaining("provisioning raptiformica failed 3 times")
                .hasMessageContaining("did not end within 1 s");

        List<String> pids = Files.readAllLines(directory.resolve("pids"));
        assertThat(pids).hasSize(6);
        for (String pid : pids) {
            Waiting.until(
                    "the end of " + pid,
                    Duration.ofSeconds(10),
                    () -> ProcessHandle.of(Long.parseLong(pid))
                                    .filter(ProcessHandle::isAlive)
                                    .isEmpty()
                            ? Optional.of(true)
                            : Optional.empty());
        }
    }

    @Test
    void saysWhenASourceCannotBeReached() {
        ServerTypeEntry nowhere = new ServerTypeEntry("app", Optional.of("file:///no/such/place"), "true");

        assertThatThrownBy(() -> provision(nowhere))
                .isInstanceOf(StepFailed.class)
                .hasMessageContaining("the source of app, file:///no/such/place, could not be checked out");
        assertThat(paths.source("app")).doesNotExist();
    }

    @Test
    void givesABootstrapNothingToRead() throws IOException {
        Files.createDirectories(paths.source("raptiformica"));

        provision(new ServerTypeEntry("raptiformica", Optional.empty(), "! read line"));
    }

    @Test
    void bearsAHundredMegabytesOfOutput() throws IOException {
        Files.createDirectories(paths.source("raptiformica"));
        AtomicLong heard = new AtomicLong();

        new ServerTypeProvisioner(paths, Duration.ofSeconds(60))
                .provision(
                        new LocalHost(),
                        List.of(new ServerTypeEntry(
                                "raptiformica", Optional.empty(), "yes 'a line of output' | head -c 100000000")),
                        line -> heard.addAndGet(line.length() + 1));

        assertThat(heard.get()).isGreaterThanOrEqualTo(100_000_000);
    }
}
