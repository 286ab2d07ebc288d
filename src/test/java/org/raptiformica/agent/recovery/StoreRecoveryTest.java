package org.raptiformica.agent.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.raptiformica.agent.mesh.MemoryEngine;
import org.raptiformica.agent.node.Node;
import org.raptiformica.agent.node.NodeRecord;
import org.raptiformica.agent.reconcile.Step;
import org.raptiformica.agent.replica.WholeReplica;
import org.raptiformica.cluster.api.StoreServer;
import org.raptiformica.cluster.api.StoreState;
import org.raptiformica.config.Mapping;
import org.raptiformica.config.NodePaths;
import org.raptiformica.consensus.ConsulRole;
import org.raptiformica.consensus.Membership;
import org.raptiformica.consensus.RaftData;
import org.raptiformica.consul.ToldConsul;
import org.raptiformica.failure.StepFailed;
import org.raptiformica.provision.service.OwnSupervision;
import org.raptiformica.provision.service.Service;

/** A server with a copy of the store that has lost its quorum; a process that does nothing is its Consul. */
class StoreRecoveryTest {

    private static final NodeRecord SERVER = new NodeRecord("00", ConsulRole.SERVER);
    private static final StoreServer SELF = new StoreServer("200:0:0:0:0:0:0:1", "id-1");
    private static final StoreServer OTHER = new StoreServer("200:0:0:0:0:0:0:2", "id-2");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final ToldConsul consul = new ToldConsul();
    private final AtomicReference<Optional<ConsulRole>> told = new AtomicReference<>(Optional.of(ConsulRole.CLIENT));

    @BeforeEach
    void aServerThatRuns() throws IOException {
        supervision().start(new Service("consul", List.of("/bin/sleep", "1000"), Map.of(), directory.resolve("log")));
        Files.createDirectories(raft());
        Files.writeString(raft().resolve("raft.db"), "data");
        SERVER.write(paths().nodeRecord());
    }

    private OwnSupervision supervision() {
        return new OwnSupervision(directory.resolve("run"), Instant::now);
    }

    @AfterEach
    void end() {
        supervision().stop("consul");
        consul.close();
    }

    private NodePaths paths() {
        return new NodePaths(directory);
    }

    private Path raft() {
        return paths().consulData().resolve("raft");
    }

    private StoreRecovery recovery() {
        Node node = new Node(
                paths().nodeRecord(),
                new MemoryEngine(),
                consul.client(),
                consul.client(),
                new Membership(consul.client()));
        return new StoreRecovery(
                node,
                WholeReplica.in(directory.resolve("cache"), Mapping.empty()),
                paths(),
                new RaftData(paths().consulData(), paths().consulAside()),
                supervision(),
                told,
                () -> Instant.EPOCH);
    }

    private ConsulRole role() {
        return NodeRecord.read(paths().nodeRecord()).orElseThrow().role();
    }

    private void consulHasEndedAndWhatWasToldIsOver() {
        assertThat(supervision().state("consul")).as("Consul").isEmpty();
        assertThat(told.get()).as("told by the store that is no more").isEmpty();
    }

    private Path aside() throws IOException {
        try (Stream<Path> copies = Files.list(paths().consulAside())) {
            List<Path> all = copies.toList();
            assertThat(all).hasSize(1);
            return all.getFirst();
        }
    }

    @Test
    @DisplayName("a server that goes on keeps its data, with the servers that are left beside it and a copy aside")
    void goesOn() throws IOException {
        recovery().goOn(new QuorumLoss.Verdict.GoOn(List.of(SELF, OTHER)), SERVER);

        consulHasEndedAndWhatWasToldIsOver();
        assertThat(role()).isEqualTo(ConsulRole.SERVER);
        assertThat(raft().resolve("raft.db")).hasContent("data");
        assertThat(aside().resolve("raft.db")).hasContent("data");
        assertThat(aside().resolve("peers.json")).doesNotExist();
        assertThat(JsonParser.parseString(Files.readString(raft().resolve("peers.json"))))
                .isEqualTo(JsonParser.parseString("""
                        [{"id": "id-1", "address": "[200:0:0:0:0:0:0:1]:8300", "non_voter": false},
                         {"id": "id-2", "address": "[200:0:0:0:0:0:0:2]:8300", "non_voter": false}]
                        """));
    }

    @Test
    @DisplayName("who founds anew begins without the old copy, which is kept aside")
    void foundsAnew() throws IOException {
        recovery().foundAnew(SERVER);

        consulHasEndedAndWhatWasToldIsOver();
        assertThat(role()).isEqualTo(ConsulRole.FOUNDER);
        assertThat(raft()).doesNotExist();
        assertThat(aside().resolve("raft.db")).hasContent("data");
    }

    @Test
    @DisplayName("who steps back is a client agent, and its copy is kept aside")
    void stepsBack() throws IOException {
        recovery().stepBack(SERVER);

        consulHasEndedAndWhatWasToldIsOver();
        assertThat(role()).isEqualTo(ConsulRole.CLIENT);
        assertThat(raft()).doesNotExist();
        assertThat(aside().resolve("raft.db")).hasContent("data");
    }

    @Test
    @DisplayName("nothing is done that nobody has ordered")
    void noOrder() {
        assertThat(recovery().reconcile(SERVER)).isEqualTo(Step.settled());

        assertThat(supervision().state("consul")).isPresent();
        assertThat(told.get()).contains(ConsulRole.CLIENT);
    }

    @Test
    @DisplayName("an order is carried out once, in the next round, and its end is told to who gave it")
    void ordered() throws InterruptedException {
        StoreRecovery recovery = recovery();
        CountDownLatch poked = new CountDownLatch(1);
        CompletableFuture<Void> order = CompletableFuture.runAsync(
                () -> recovery.order(List.of(SELF), poked::countDown), Thread::startVirtualThread);
        poked.await();
        assertThat(order).isNotDone();

        assertThat(recovery.reconcile(SERVER)).isInstanceOf(Step.Waiting.class);

        assertThat(order).succeedsWithin(Duration.ofSeconds(10));
        assertThat(raft().resolve("peers.json")).exists();
        assertThat(recovery.reconcile(SERVER)).isEqualTo(Step.settled());
    }

    @Test
    @DisplayName("an order with no servers founds anew")
    void orderedToFound() throws InterruptedException {
        StoreRecovery recovery = recovery();
        CountDownLatch poked = new CountDownLatch(1);
        CompletableFuture<Void> order = CompletableFuture.runAsync(
                () -> recovery.order(List.of(), poked::countDown), Thread::startVirtualThread);
        poked.await();

        recovery.reconcile(SERVER);

        assertThat(order).succeedsWithin(Duration.ofSeconds(10));
        assertThat(role()).isEqualTo(ConsulRole.FOUNDER);
    }

    @Test
    @DisplayName("an order that fails is told of to who gave it, and changes neither role nor data")
    void orderFails() throws InterruptedException, IOException {
        Files.createDirectories(paths().consulAside().getParent());
        Files.writeString(paths().consulAside(), "a file where the copy is to go");
        StoreRecovery recovery = recovery();
        CountDownLatch poked = new CountDownLatch(1);
        CompletableFuture<Void> order = CompletableFuture.runAsync(
                () -> recovery.order(List.of(SELF), poked::countDown), Thread::startVirtualThread);
        poked.await();

        assertThatThrownBy(() -> recovery.reconcile(SERVER)).isInstanceOf(UncheckedIOException.class);

        assertThatThrownBy(order::join).hasCauseInstanceOf(StepFailed.class);
        assertThat(role()).isEqualTo(ConsulRole.SERVER);
        assertThat(raft().resolve("raft.db")).hasContent("data");
        assertThat(raft().resolve("peers.json")).doesNotExist();
    }

    @Test
    @DisplayName("a person is told what the node has of the store, and as much of it while Consul does not answer")
    void state() throws IOException {
        Files.writeString(paths().consulData().resolve("node-id"), "id-1\n");
        consul.servers(List.of(SELF.meshAddress(), OTHER.meshAddress()));
        consul.members(List.of(SELF.meshAddress()), List.of("200:0:0:0:0:0:0:3"));

        StoreState answering = recovery().state();
        consul.close();
        StoreState silent = recovery().state();

        assertThat(answering.servers()).containsExactly(SELF.meshAddress(), OTHER.meshAddress());
        assertThat(answering.alive()).containsExactly(SELF.meshAddress());
        assertThat(silent.servers()).isEmpty();
        assertThat(silent.alive()).isEmpty();
        assertThat(List.of(answering, silent)).allSatisfy(state -> {
            assertThat(state.meshAddress()).isEqualTo(SELF.meshAddress());
            assertThat(state.consulId()).contains("id-1");
            assertThat(state.server()).isTrue();
            assertThat(state.data()).isTrue();
            assertThat(state.leader()).isFalse();
        });
    }
}
