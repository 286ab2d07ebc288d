package org.raptiformica.provision.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.raptiformica.host.LocalHost;
import org.raptiformica.host.Waiting;

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
