package org.raptiformica.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.raptiformica.agent.node.NodeRecord;
import org.raptiformica.agent.reconcile.Step;
import org.raptiformica.config.NodePaths;
import org.raptiformica.consensus.ConsulRole;
import org.raptiformica.host.LocalHost;
import org.raptiformica.host.Waiting;
import org.raptiformica.provision.service.GuardSupervision;
import org.raptiformica.provision.service.ProcessState;
import org.raptiformica.provision.service.Service;

class GuardReconcilerTest {

    private static final NodeRecord RECORD = new NodeRecord("ab".repeat(32), ConsulRole.CLIENT);

    @TempDir
    Path root;

    private NodePaths paths;
    private GuardSupervision ofAgent;
    private GuardReconciler reconciler;

    @BeforeEach
    void aNodeWhoseAgentSleeps() throws IOException {
        paths = new NodePaths(root);
        Path agent = Files.createDirectories(paths.program().resolve("bin")).resolve("raptiformica");
        Files.writeString(agent, "#!/bin/sh\nexec sleep 1000\n");
        Files.setPosixFilePermissions(agent, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path guard = Files.createDirectories(paths.program().resolve("libexec")).resolve("guard");
        Files.copy(Path.of("src/main/dist/libexec/guard"), guard, StandardCopyOption.COPY_ATTRIBUTES);
        ofAgent = new GuardSupervision(new LocalHost(), paths);
        reconciler = new GuardReconciler(paths, ofAgent);
    }

    @AfterEach
    void stop() {
        ofAgent.stop("agent");
    }

    @Test
    @DisplayName("a guard that was killed is started again, and the agent goes on meanwhile")
    void aKilledGuardIsStartedAgain() {
        ofAgent.start(Service.agent(paths));
        ProcessState agent = ofAgent.state("agent").orElseThrow();
        killGuard();

        assertThat(reconciler.reconcile(RECORD)).isInstanceOf(Step.Changed.class);
        assertThat(ofAgent.state("guard")).isPresent();
        assertThat(ofAgent.state("agent")).contains(agent);
        assertThat(reconciler.reconcile(RECORD)).isEqualTo(Step.settled());
    }

    @Test
    @DisplayName("where no guard looks after the agent none is started")
    void noGuardIsNotMissed() {
        assertThat(reconciler.reconcile(RECORD)).isEqualTo(Step.settled());
        assertThat(ofAgent.state("guard")).isEmpty();
    }

    private void killGuard() {
        ProcessHandle.of(ofAgent.state("guard").orElseThrow().pid()).ifPresent(ProcessHandle::destroyForcibly);
        Waiting.until(
                "its end",
                Duration.ofSeconds(5),
                () -> ofAgent.state("guard").isPresent() ? Optional.empty() : Optional.of(true));
    }
}
