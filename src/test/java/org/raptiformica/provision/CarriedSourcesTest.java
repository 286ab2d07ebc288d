package org.raptiformica.provision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.raptiformica.config.CacheDirectory;
import org.raptiformica.host.Command;
import org.raptiformica.host.LocalHost;
import org.raptiformica.host.Outcome;

@Execution(ExecutionMode.CONCURRENT)
class CarriedSourcesTest {

    @TempDir
    Path home;

    private final List<String> told = new ArrayList<>();

    @BeforeEach
    void aRepository() throws IOException {
        git("init", "--quiet", "--template=", source());
        commit("one");
    }

    private String source() {
        return home.resolve("source").toString();
    }

    private Path clone(String name) {
        return new CacheDirectory(home.resolve("cache")).repository(name);
    }

    private void commit(String content) throws IOException {
        Files.writeString(home.resolve("source/file"), content);
        git("-C", source(), "add", "--all");
        git("-C", source(), "-c", "user.name=T", "-c", "user.email=t@example.org", "commit", "--quiet", "-m", "x");
    }

    private static void git(String... words) {
        List<String> all = new ArrayList<>(List.of("env", "-u", "GIT_DIR", "-u", "GIT_WORK_TREE", "git"));
        // Nothing of these lasts: no tidying up after each commit, and no waiting for the disk.
        all.addAll(List.of("-c", "maintenance.auto=false", "-c", "core.fsync=none"));
        all.addAll(List.of(words));
        Outcome outcome = new LocalHost().run(Command.of(all));
        assertThat(outcome.ok()).as(outcome.err()).isTrue();
    }

    private void carry(String source) {
        new CarriedSources(new CacheDirectory(home.resolve("cache")), new LocalHost())
                .carry(List.of(new ServerTypeEntry("app", Optional.of(source), "true")), told::add);
    }

    @Test
    void clonesASource() {
        carry("file://" + source());

        assertThat(clone("app").resolve("file")).hasContent("one");
        assertThat(told).isEmpty();
    }

    @Test
    void followsItAndLeavesAloneWhatIsUpToDate() throws IOException {
        carry("file://" + source());
        FileTime before = Files.getLastModifiedTime(clone("app"));
        carry("file://" + source());
        assertThat(Files.getLastModifiedTime(clone("app"))).isEqualTo(before);

        commit("two");
        carry("file://" + source());

        assertThat(clone("app").resolve("file")).hasContent("two");
    }

    @Test
    void tellsOfASourceThatCannotBeReachedAndKeepsAnEarlierClone() throws IOException {
        carry("file://" + source());
        Files.move(home.resolve("source"), home.resolve("gone"));

        carry("file://" + source());

        assertThat(told).singleElement().asString().contains("the source of app", "the machine is to fetch it");
        assertThat(clone("app").resolve("file")).hasContent("one");
    }

    @Test
    void sourceWhoseServerSaysNothingIsToldAndTheNextOneIsCarried() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String source = "git://127.0.0.1:" + silent.getLocalPort() + "/app";

            new CarriedSources(new CacheDirectory(home.resolve("cache")), new LocalHost(), Duration.ofSeconds(5))
                    .carry(
                            List.of(
                                    new ServerTypeEntry("silent", Optional.of(source), "true"),
                                    new ServerTypeEntry("app", Optional.of("file://" + source()), "true")),
                            told::add);

            assertThat(told)
                    .singleElement()
                    .asString()
                    .contains("the source of silent", "did not end within 5 s", "the machine is to fetch it");
        }
        assertThat(clone("silent")).doesNotExist();
        assertThat(clone("app").resolve("file")).hasContent("one");
    }

    @Test
    void carriesASourceThatBelongsToSomebodyElse() {
        Outcome given = new LocalHost().run(Command.of("chown", "-R", "12345", source()));
        assumeTrue(given.ok(), "skipped: only root gives files away");

        carry("file://" + source());

        assertThat(told).isEmpty();
        assertThat(clone("app").resolve("file")).hasContent("one");
    }

    @Test
    void doesNotCarryTheProgramItself() {
        carry("file:///usr/etc/raptiformica");

        assertThat(clone("app")).doesNotExist();
        assertThat(told).isEmpty();
    }
}
