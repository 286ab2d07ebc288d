package org.raptiformica.agent.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.raptiformica.agent.mesh.MemoryEngine;
import org.raptiformica.agent.node.Node;
import org.raptiformica.agent.node.NodeRecord;
import org.raptiformica.agent.reconcile.Step;
import org.raptiformica.consensus.ConsulRole;
import org.raptiformica.consensus.Membership;
import org.raptiformica.consensus.RaftData;
import org.raptiformica.consul.ConsulException;
import org.raptiformica.consul.ToldConsul;
import org.raptiformica.provision.service.OwnSupervision;
import org.raptiformica.provision.service.ProcessState;
import org.raptiformica.provision.service.Service;

/** A node that is told to be a server or a client agent; a process that does nothing is its Consul. */
class RoleReconcilerTest {

    private static final String SELF = "200:0:0:0:0:0:0:1";
    private static final String SECOND = "200:0:0:0:0:0:0:2";
    private static final String THIRD = "200:0:0:0:0:0:0:3";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final ToldConsul consul = new ToldConsul();
    private Optional<ConsulRole> told = Optional.empty();

    @BeforeEach
    void aServerThatRuns() throws IOException {
        supervision().start(new Service("consul", List.of("/bin/sleep", "1000"), Map.of(), directory.resolve("log")));
        Files.createDirectories(directory.resolve("data/raft"));
    }

    private OwnSupervision supervision() {
        return new OwnSupervision(directory.resolve("run"), Instant::now);
    }

    @AfterEach
    void end() {
        supervision().stop("consul");
        consul.close();
    }

    private Step reconcile(ConsulRole role) {
        Node node = new Node(
                record(), new MemoryEngine(), consul.client(), consul.client(), new Membership(consul.client()));
        RaftData data = new RaftData(directory.resolve("data"), directory.resolve("aside"));
        NodeRecord wanted = new NodeRecord("00", role);
        wanted.write(record());
        return new RoleReconciler(() -> told, node, data, supervision(), "consul", () -> Instant.EPOCH)
                .reconcile(wanted);
    }

    private Path record() {
        return directory.resolve("node.json");
    }

    private ConsulRole role() {
        return NodeRecord.read(record()).orElseThrow().role();
    }

    private Optional<ProcessState> process() {
        return supervision().state("consul");
    }

    private void nothingIsDone(ConsulRole role) {
        assertThat(role()).isEqualTo(role);
        assertThat(process()).isPresent();
        assertThat(directory.resolve("data/raft")).exists();
    }

    /** What a node is and what it was told to be; nothing is to be done. */
    record AsTold(ConsulRole role, Optional<ConsulRole> told) {}

    static Stream<AsTold> asTold() {
        return Stream.of(
                new AsTold(ConsulRole.CLIENT, Optional.empty()),
                new AsTold(ConsulRole.SERVER, Optional.empty()),
                new AsTold(ConsulRole.FOUNDER, Optional.empty()),
                new AsTold(ConsulRole.CLIENT, Optional.of(ConsulRole.CLIENT)),
                new AsTold(ConsulRole.SERVER, Optional.of(ConsulRole.SERVER)),
                new AsTold(ConsulRole.FOUNDER, Optional.of(ConsulRole.SERVER)));
    }

    @ParameterizedTest
    @MethodSource
    @DisplayName("who is what it was told, or was told nothing, stays as it is")
    void asTold(AsTold row) {
        told = row.told();

        assertThat(reconcile(row.role())).isEqualTo(Step.settled());

        nothingIsDone(row.role());
    }

    @Test
    @DisplayName(
            "a client agent that is to be a server begins without its old copy of the store; Consul is not its concern")
    void promoted() {
        told = Optional.of(ConsulRole.SERVER);

        assertThat(reconcile(ConsulRole.CLIENT))
                .isInstanceOfSatisfying(
                        Step.Changed.class,
                        step -> assertThat(step.why())
                                .contains(
                                        "a server from now on",
                                        directory.resolve("aside").toString()));

        assertThat(role()).isEqualTo(ConsulRole.SERVER);
        assertThat(directory.resolve("data/raft")).doesNotExist();
        assertThat(directory.resolve("aside")).isNotEmptyDirectory();
        assertThat(process()).isPresent();
    }

    /** What its Consul sees when a server is told to be a client agent, and whether it goes. */
    record Demoted(String what, boolean leader, List<String> voters, List<String> alive, boolean goes) {}

    static Stream<Demoted> demoted() {
        List<String> two = List.of(SELF, SECOND);
        List<String> three = List.of(SELF, SECOND, THIRD);
        return Stream.of(
                new Demoted("the store counts it", true, three, three, false),
                new Demoted("the store does without it", true, List.of(SECOND, THIRD), three, true),
                new Demoted("without it and without a leader", false, List.of(SECOND), two, true),
                new Demoted("an old copy names it, the others have a majority", false, three, three, true),
                new Demoted("an old copy names it, the other of two has none", false, two, two, false),
                new Demoted("an old copy names it, one of the others is away", false, three, two, false),
                new Demoted("it is cut off from all", false, three, List.of(SELF), false));
    }

    @ParameterizedTest
    @MethodSource
    @DisplayName("a server that is to be a client agent goes once the others can do without it")
    void demoted(Demoted row) {
        consul.leader(row.leader());
        consul.servers(row.voters());
        consul.members(row.alive(), List.of());
        told = Optional.of(ConsulRole.CLIENT);

        Step step = reconcile(ConsulRole.SERVER);

        if (row.goes()) {
            assertThat(step).isInstanceOf(Step.Changed.class);
            assertThat(role()).isEqualTo(ConsulRole.CLIENT);
            assertThat(process()).as("the server's Consul").isEmpty();
            assertThat(directory.resolve("data/raft")).doesNotExist();
            assertThat(directory.resolve("aside")).isNotEmptyDirectory();
        } else {
            assertThat(step).isEqualTo(Step.waiting("the store to do without this server"));
            nothingIsDone(ConsulRole.SERVER);
        }
    }

    @Test
    @DisplayName("a server whose Consul does not answer stays one: nobody knows whether it is needed")
    void unanswered() {
        consul.close();
        told = Optional.of(ConsulRole.CLIENT);

        assertThatThrownBy(() -> reconcile(ConsulRole.SERVER)).isInstanceOf(ConsulException.class);

        nothingIsDone(ConsulRole.SERVER);
    }
}
