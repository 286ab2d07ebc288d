package org.raptiformica.provision.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.raptiformica.host.LocalHost;
import org.raptiformica.host.Waiting;

@Execution(ExecutionMode.CONCURRENT)
class GuardSupervisionTest {

    @TempDir
    Path directory;

    @AfterEach
    void stop() {
        supervision().stop("agent");
    }

    private GuardSupervision supervision() {
        return new GuardSupervision(
                new LocalHost(),
                Path.of("src/main/dist/libexec/guard").toAbsolutePath(),
                directory.resolve("run"),
                directory.resolve("no-init-scripts"));
    }

    private Service agent() {
        return new Service("agent", List.of("/bin/sleep", "1000"), Map.of(), directory.resolve("agent.log"));
    }

    private ProcessState state(String name) {
        return supervision().state(name).orElseThrow();
    }

    private static void kill(ProcessState process) {
        ProcessHandle.of(process.pid()).ifPresent(ProcessHandle::destroyForcibly);
        Waiting.until("its end", Duration.ofSeconds(5), () -> process.runs() ? Optional.empty() : Optional.of(true));
    }

    @Test
    void startsOneAgentHoweverOftenItIsAsked() {
        supervision().start(agent());
        ProcessState guard = state("guard");
        ProcessState agent = state("agent");

        supervision().start(agent());

        assertThat(state("guard")).isEqualTo(guard);
        assertThat(state("agent")).isEqualTo(agent);
    }

    @Test
    void startsAnAgentAgainThatWasKilled() {
        supervision().start(agent());
        ProcessState first = state("agent");
        kill(first);

        ProcessState second = Waiting.until(
                "another agent", Duration.ofSeconds(10), () -> supervision().state("agent"));

        assertThat(second).isNotEqualTo(first);
    }

    @Test
    void keepsTheAgentWhenTheGuardItselfIsKilled() {
        supervision().start(agent());
        ProcessState agent = state("agent");
        ProcessState guard = state("guard");
        kill(guard);

        supervision().start(agent());

        assertThat(state("agent")).isEqualTo(agent);
        assertThat(state("guard")).isNotEqualTo(guard);
    }

    @Test
    void restartsTheAgentWithAGuardThatHasNoEarlierFailuresToWaitFor() {
        supervision().start(agent());
        ProcessState agent = state("agent");
        ProcessState guard = state("guard");

        supervision().restart(agent());

        assertThat(state("agent")).isNotEqualTo(agent);
        assertThat(state("guard")).isNotEqualTo(guard);
    }

    /** An agent that shows two pulses, and then none. */
    @Test
    @DisplayName("an agent whose pulse stands still is killed, and started again")
    void restartsAnAgentThatDoesNotAnswer() throws IOException {
        Path pulse = directory.resolve("run/agent.pulse");
        Path alive = Files.createDirectories(directory.resolve("run")).resolve("lives");
        String agent =
                "echo 1 > %1$s; sleep 0.3; echo 2 > %1$s; echo . >> %2$s; exec sleep 1000".formatted(pulse, alive);
        ProcessBuilder guard = new ProcessBuilder(
                Path.of("src/main/dist/libexec/guard").toAbsolutePath().toString(),
                "start",
                directory.resolve("run").toString(),
                directory.resolve("agent.log").toString(),
                "/bin/sh",
                "-c",
                agent);
        guard.environment().put("RAPTIFORMICA_GUARD_LOOK", "0.05");
        guard.start();

        Waiting.until(
                "a second life",
                Duration.ofSeconds(30),
                () -> Files.exists(alive) && lines(alive) > 1 ? Optional.of(true) : Optional.empty());
    }

    private static int lines(Path file) {
        try {
            return Files.readAllLines(file).size();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void leavesNothingWhenStopped() throws IOException {
        supervision().start(agent());
        ProcessState agent = state("agent");
        ProcessState guard = state("guard");

        supervision().stop("agent");

        assertThat(agent.runs()).isFalse();
        assertThat(guard.runs()).isFalse();
        try (var files = Files.list(directory.resolve("run"))) {
            assertThat(files).isEmpty();
        }
    }
}
