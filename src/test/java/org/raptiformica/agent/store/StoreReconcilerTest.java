package org.raptiformica.agent.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.raptiformica.agent.mesh.MemoryEngine;
import org.raptiformica.agent.node.NodeRecord;
import org.raptiformica.agent.reconcile.Step;
import org.raptiformica.agent.replica.Replica;
import org.raptiformica.agent.replica.WholeReplica;
import org.raptiformica.config.Keys;
import org.raptiformica.config.Mapping;
import org.raptiformica.config.NodePaths;
import org.raptiformica.consensus.ConsulRole;
import org.raptiformica.consul.ToldConsul;
import org.raptiformica.failure.BadData;
import org.raptiformica.provision.service.OwnSupervision;
import org.raptiformica.provision.service.ProcessState;
import org.raptiformica.provision.service.Service;

/** What a change of what is wanted costs a Consul that runs: a process that does nothing in its place. */
class StoreReconcilerTest {

    private static final NodeRecord CLIENT = new NodeRecord("00", ConsulRole.CLIENT);
    private static final NodeRecord SERVER = new NodeRecord("00", ConsulRole.SERVER);
    private static final Mapping SECRET =
            Mapping.empty().with(Keys.CONSUL_PASSWORD, "0123456789abcdef0123456789abcdef");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final ToldConsul consul = new ToldConsul();
    private final MemoryEngine engine = new MemoryEngine();

    private OwnSupervision supervision() {
        return new OwnSupervision(directory.resolve("run"), Instant::now);
    }

    @AfterEach
    void end() {
        supervision().stop("consul");
        consul.close();
    }

    private Service service() {
        return new Service("consul", List.of("/bin/sleep", "1000"), Map.of(), directory.resolve("log"));
    }

    private Replica replica(Mapping mapping) {
        return WholeReplica.in(directory.resolve("cache"), mapping);
    }

    private StoreReconciler reconciler(Replica replica) {
        return new StoreReconciler(engine, replica, paths(), consul.client(), service(), supervision());
    }

    private NodePaths paths() {
        return new NodePaths(directory);
    }

    private Optional<ProcessState> process() {
        return supervision().state("consul");
    }

    /** One that runs by what is wanted of a client agent; the process that it is. */
    private ProcessState running(StoreReconciler store) {
        supervision().start(service());
        store.reconcile(CLIENT);
        return process().orElseThrow();
    }

    @Test
    @DisplayName("before the mesh has its address Consul has none to listen at: it is not started")
    void noAddressYet() {
        assertThat(reconciler(replica(SECRET)).reconcile(CLIENT)).isEqualTo(Step.waiting("the mesh address on rapti0"));

        assertThat(process()).isEmpty();
        assertThat(paths().consulConfig()).doesNotExist();
    }

    @Test
    @DisplayName("once the address is there Consul is configured and started")
    void starts() throws IOException {
        NetworkInterface loopback = NetworkInterface.getByName("lo");
        assumeTrue(
                loopback != null && loopback.inetAddresses().anyMatch(InetAddress.ofLiteral("::1")::equals),
                "this machine has no IPv6 on its loopback device");
        engine.isOn("lo", "::1");

        assertThat(reconciler(replica(SECRET)).reconcile(SERVER)).isEqualTo(Step.changed("started consul"));

        assertThat(process()).isPresent();
        assertThat(paths().consulConfig()).content().contains("\"server\":true");
    }

    @Test
    @DisplayName("one that runs as is wanted is left alone")
    void leftAlone() {
        StoreReconciler store = reconciler(replica(SECRET));
        ProcessState before = running(store);

        assertThat(store.reconcile(CLIENT)).isEqualTo(Step.settled());

        assertThat(process()).contains(before);
        assertThat(consul.orders()).isEmpty();
    }

    @Test
    @DisplayName("another role costs a restart")
    void anotherRole() {
        StoreReconciler store = reconciler(replica(SECRET));
        ProcessState before = running(store);

        assertThat(store.reconcile(SERVER)).isInstanceOf(Step.Changed.class);

        assertThat(process()).isPresent().isNotEqualTo(Optional.of(before));
        assertThat(store.reconcile(SERVER)).isEqualTo(Step.settled());
    }

    @Test
    @DisplayName("another node costs nothing: it is read at the next start")
    void anotherNode() {
        Replica replica = replica(SECRET);
        StoreReconciler store = reconciler(replica);
        ProcessState before = running(store);

        replica.take(WholeReplica.node("other", "200::2").writtenTo(replica.current()));

        assertThat(store.reconcile(CLIENT)).isEqualTo(Step.done("wrote what consul reads at its next start"));
        assertThat(process()).contains(before);
        assertThat(consul.orders()).isEmpty();
        assertThat(paths().consulConfig()).content().contains("[200:0:0:0:0:0:0:2]:8301");
    }

    @Test
    @DisplayName("what Consul takes while it runs it is told to read again")
    void reloaded() throws IOException {
        StoreReconciler store = reconciler(replica(SECRET));
        ProcessState before = running(store);
        Path file = paths().consulConfig();
        Files.writeString(file, Files.readString(file).replace("\"INFO\"", "\"DEBUG\""));

        assertThat(store.reconcile(CLIENT)).isEqualTo(Step.changed("let consul read its configuration again"));

        assertThat(process()).contains(before);
        assertThat(consul.orders()).containsExactly("/v1/agent/reload");
    }

    @Test
    @DisplayName("a configuration that was lost is written again, and Consul restarted by it")
    void lost() throws IOException {
        StoreReconciler store = reconciler(replica(SECRET));
        ProcessState before = running(store);
        Files.delete(paths().consulConfig());

        assertThat(store.reconcile(CLIENT)).isInstanceOf(Step.Changed.class);

        assertThat(process()).isPresent().isNotEqualTo(Optional.of(before));
        assertThat(paths().consulConfig()).exists();
    }

    @Test
    @DisplayName("without the cluster's secret a Consul that runs goes on, and the person is told")
    void noSecret() {
        StoreReconciler store = reconciler(replica(Mapping.empty()));
        supervision().start(service());
        Optional<ProcessState> before = process();

        assertThatThrownBy(() -> store.reconcile(CLIENT))
                .isInstanceOf(BadData.class)
                .hasMessageContaining("no secret for the store");

        assertThat(process()).isEqualTo(before);
        assertThat(paths().consulConfig()).doesNotExist();
    }
}
