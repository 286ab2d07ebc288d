package org.raptiformica.provision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.raptiformica.config.NodePaths;
import org.raptiformica.failure.StepFailed;
import org.raptiformica.host.Command;
import org.raptiformica.host.LocalHost;
import org.raptiformica.host.Outcome;

class ServerTypeProvisionerTest {

    @TempDir
    Path root;

    private Path repository = Path.of("/");
    private NodePaths paths = new NodePaths(Path.of("/"));

    @BeforeEach
    void repositoryWithOneFile() throws IOException {
        paths = new NodePaths(root);
        repository = Files.createDirectories(root.resolve("origin"));
        git("init", "-q");
        commit("deploy.sh", "#!/bin/sh\necho one >>deployed\n");
    }

    private void commit(String name, String text) throws IOException {
        Path file = repository.resolve(name);
        Files.writeString(file, text);
        assertThat(file.toFile().setExecutable(true)).isTrue();
        git("add", "-A");
        git("-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-q", "-m", "a change");
    }

    private void git(String... words) {
        Outcome outcome = new LocalHost()
                .run(Command.of(java.util.stream.Stream.concat(
                                        java.util.stream.Stream.of("git"), java.util.Arrays.stream(words))
                                .toList())
                        .in(repository));
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
        commit("deploy.sh", "#!/bin/sh\necho two >>deployed\n");

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
