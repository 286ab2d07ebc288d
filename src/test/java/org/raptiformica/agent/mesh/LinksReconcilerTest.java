package org.raptiformica.agent.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.raptiformica.agent.lan.HeardCalls;
import org.raptiformica.agent.lan.LanCalls;
import org.raptiformica.agent.lan.Solitude;
import org.raptiformica.agent.member.Presence;
import org.raptiformica.agent.node.NodeRecord;
import org.raptiformica.agent.reconcile.Step;
import org.raptiformica.agent.replica.Replica;
import org.raptiformica.agent.replica.WholeReplica;
import org.raptiformica.config.Mapping;
import org.raptiformica.config.Neighbour;
import org.raptiformica.consensus.ConsulRole;
import org.raptiformica.consensus.Member;
import org.raptiformica.mesh.LearnedPaths;
import org.raptiformica.mesh.Peer;
import org.raptiformica.mesh.PeerAddress;
import org.raptiformica.mesh.Transport;

class LinksReconcilerTest {

    private static final NodeRecord SELF = new NodeRecord(key(0), ConsulRole.CLIENT);

    @TempDir
    Path directory;

    private final MemoryEngine engine = new MemoryEngine();
    private Instant now = Instant.EPOCH;
    private final Solitude solitude = new Solitude();
    private final LanCalls calls = new LanCalls(new HeardCalls(() -> now), solitude);
    private final Presence presence = new Presence(() -> now);
    private Path learned = Path.of("set");
    private Optional<LinksReconciler> links = Optional.empty();

    @BeforeEach
    void threeNodes() {
        nodes(3);
    }

    private void nodes(int count) {
        Mapping mapping = Mapping.empty();
        for (int number = 0; number < count; number++) {
            mapping = node(number).writtenTo(mapping);
        }
        Replica replica = WholeReplica.in(directory.resolve("cache"), mapping);
        learned = directory.resolve("paths/paths.json");
        links = Optional.of(
                new LinksReconciler(engine, replica, new LearnedPaths(learned), presence, calls, () -> now));
    }

    private static String key(int number) {
        return "%064x".formatted(number);
    }

    private static Neighbour node(int number) {
        return new Neighbour(
                key(number),
                Optional.of("203.0.113." + number),
                22,
                "yggdrasil",
                4863,
                "200:0:0:0:0:0:0:%x".formatted(number),
                "n" + number,
                "linux-x86_64",
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static PeerAddress tls(int number) {
        return new PeerAddress(key(number), Transport.TLS, "203.0.113." + number, 4863);
    }

    private Step reconcile() {
        return links.orElseThrow().reconcile(SELF);
    }

    @Test
    @DisplayName("dials the others, and waits for one of them to answer")
    void dials() {
        assertThat(reconcile()).isInstanceOf(Step.Changed.class);
        assertThat(engine.told).containsExactly("add tls://203.0.113.1:4863", "add tls://203.0.113.2:4863");
        engine.links.add(MemoryEngine.link(tls(1), false));
        engine.links.add(MemoryEngine.link(tls(2), false));
        assertThat(reconcile()).isInstanceOf(Step.Waiting.class);
        engine.links.set(0, MemoryEngine.link(tls(1), true));
        assertThat(reconcile()).isEqualTo(Step.settled());
    }

    @Test
    @DisplayName("a node is alone while no link to a member is up, and not once it has an entry no more")
    void alone() {
        engine.links.add(MemoryEngine.link(tls(7), true));
        engine.links.add(MemoryEngine.link(tls(1), false));
        reconcile();
        assertThat(solitude.isNow()).isTrue();
        links.orElseThrow().reconcile(new NodeRecord(key(9), ConsulRole.CLIENT));
        assertThat(solitude.isNow()).isFalse();
        reconcile();
        assertThat(solitude.isNow()).isTrue();
        engine.links.add(MemoryEngine.link(tls(2), true));
        reconcile();
        assertThat(solitude.isNow()).isFalse();
    }

    @Test
    @DisplayName(
            "links to members that are not chosen any more stay up to sixteen and go one at a time, to others at once")
    void fewDrops() {
        nodes(19);
        presence.see(IntStream.range(0, 19)
                .mapToObj(number -> new Member(
                        node(number).meshAddress(),
                        node(number).meshAddress(),
                        8301,
                        Member.Status.ALIVE,
                        Member.Type.CLIENT,
                        "1.8.7",
                        2,
                        "raptiformica"))
                .toList());
        for (int number = 1; number < 19; number++) {
            engine.links.add(MemoryEngine.link(tls(number), true));
        }
        engine.links.add(MemoryEngine.link(tls(77), true));

        reconcile();
        assertThat(engine.told).hasSize(2).contains("remove tls://203.0.113.77:4863");
        removed();
        now = now.plusSeconds(29);
        reconcile();
        assertThat(engine.told).hasSize(2);
        now = now.plusSeconds(1);
        reconcile();
        assertThat(engine.told).hasSize(3);
        removed();
        now = now.plusSeconds(60);
        assertThat(reconcile()).as("with sixteen").isEqualTo(Step.settled());
    }

    private void removed() {
        engine.links.removeIf(link -> engine.told.contains("remove " + link.remote()));
    }

    @Test
    @DisplayName("a step that the engine refuses keeps no other from being taken")
    void refused() {
        engine.refused.add("203.0.113.1");

        assertThat(reconcile()).isInstanceOf(Step.Changed.class);

        assertThat(engine.told).containsExactly("add tls://203.0.113.2:4863");
    }

    @Test
    @DisplayName("that a dead node is dialled again and again is told once, until it has been there again")
    void toldOnce() {
        engine.links.add(MemoryEngine.link(tls(1), true));
        assertThat(reconcile()).isInstanceOf(Step.Changed.class);
        for (int round = 0; round < 10; round++) {
            now = now.plusSeconds(10);
            assertThat(reconcile()).as("round %d", round).isEqualTo(Step.settled());
        }
        assertThat(engine.told).hasSizeGreaterThan(5);
        engine.links.add(MemoryEngine.link(tls(2), true));
        reconcile();
        engine.links.removeLast();
        assertThat(reconcile()).isInstanceOf(Step.Changed.class);
    }

    @Test
    @DisplayName("what cannot be remembered on the disk stops no link")
    void fullDisk() throws IOException {
        Files.createFile(directory.resolve("paths"));
        engine.links.add(MemoryEngine.link(tls(1), true));

        assertThat(reconcile()).isInstanceOf(Step.Changed.class);

        assertThat(engine.told).containsExactly("add tls://203.0.113.2:4863");
        assertThat(learned).doesNotExist();
    }

    @Test
    @DisplayName("a link that somebody dialled whom the shared config does not name is told once")
    void strangerToldOnce() {
        engine.links.add(MemoryEngine.link(tls(1), true));
        engine.links.add(MemoryEngine.link(tls(2), true));
        engine.links.add(new Peer(
                Optional.of(key(7)),
                Optional.empty(),
                "tls://198.51.100.7:40000",
                true,
                true,
                Optional.empty(),
                Duration.ZERO,
                Optional.empty()));
        assertThat(reconcile())
                .isInstanceOfSatisfying(
                        Step.Changed.class,
                        step -> assertThat(step.why()).contains(key(7), "nothing from it is let in"));
        assertThat(reconcile()).isInstanceOf(Step.Settled.class);
    }
}
