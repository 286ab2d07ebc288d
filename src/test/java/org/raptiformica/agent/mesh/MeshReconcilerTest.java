package org.raptiformica.agent.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.raptiformica.agent.node.NodeRecord;
import org.raptiformica.agent.node.Programs;
import org.raptiformica.agent.reconcile.Step;
import org.raptiformica.agent.replica.WholeReplica;
import org.raptiformica.config.Keys;
import org.raptiformica.config.Mapping;
import org.raptiformica.config.NodePaths;
import org.raptiformica.consensus.ConsulRole;
import org.raptiformica.host.LocalHost;
import org.raptiformica.mesh.MeshStatus;
import org.raptiformica.mesh.TunDevice;
import org.raptiformica.provision.service.OwnSupervision;
import org.raptiformica.provision.service.ProcessState;

/** With a process that does nothing in place of the engine's. */
class MeshReconcilerTest {

    private static final NodeRecord SELF = new NodeRecord("00", ConsulRole.CLIENT);

    @TempDir
    Path directory;

    private final MemoryEngine engine = new MemoryEngine();
    private Instant now = Instant.EPOCH;
    private Optional<OwnSupervision> started = Optional.empty();

    @BeforeEach
    void running() {
        started = Optional.of(new OwnSupervision(directory.resolve("run"), () -> now));
        supervision().start(Programs.mesh(engine, new NodePaths(directory)));
    }

    @AfterEach
    void stop() {
        supervision().stop("yggdrasil");
    }

    private OwnSupervision supervision() {
        return started.orElseThrow();
    }

    private MeshReconciler mesh() {
        Mapping secret = Mapping.empty().with(Keys.meshPassword("yggdrasil"), "0123456789abcdef");
        return new MeshReconciler(
                engine,
                WholeReplica.in(directory.resolve("cache"), secret),
                new NodePaths(directory),
                supervision(),
                new TunDevice(new LocalHost()),
                () -> now);
    }

    private ProcessState process() {
        return supervision().state("yggdrasil").orElseThrow();
    }

    @Test
    @DisplayName("an engine that answers with its configuration unchanged is left alone")
    void leftAlone() {
        MeshReconciler mesh = mesh();
        ProcessState before = process();
        assertThat(mesh.reconcile(SELF)).isEqualTo(Step.settled());
        assertThat(process()).isEqualTo(before);
    }

    @Test
    @DisplayName("one question without an answer restarts nothing; none for five seconds does")
    void hung() {
        MeshReconciler mesh = mesh();
        ProcessState before = process();
        MeshStatus well = engine.status;
        engine.status = new MeshStatus.Hung("getsessions: no answer within 3000 ms");

        assertThat(mesh.reconcile(SELF)).isInstanceOf(Step.Waiting.class);
        engine.status = well;
        now = now.plusSeconds(6);
        assertThat(mesh.reconcile(SELF)).isEqualTo(Step.settled());
        engine.status = new MeshStatus.Hung("getsessions: no answer within 3000 ms");
        assertThat(mesh.reconcile(SELF)).isInstanceOf(Step.Waiting.class);
        assertThat(process()).isEqualTo(before);

        now = now.plusSeconds(5);
        assertThat(mesh.reconcile(SELF)).isInstanceOf(Step.Changed.class);
        assertThat(process()).isNotEqualTo(before);
    }

    @Test
    @DisplayName("one whose configuration has changed is restarted at once")
    void changed() {
        MeshReconciler mesh = mesh();
        ProcessState before = process();
        engine.configChanges = true;

        assertThat(mesh.reconcile(SELF)).isInstanceOf(Step.Changed.class);

        assertThat(process()).isNotEqualTo(before);
    }
}
