package org.raptiformica.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.raptiformica.consul.Consistency;
import org.raptiformica.consul.RaftServer;
import org.raptiformica.consul.Read;

/**
 * Real Consuls with our configuration. Each has its own address in 127.0.0.0/8 in place of a mesh address; one that is
 * stopped with SIGSTOP is to the others like a machine that lost its power: packets vanish, connections hang.
 */
@Isolated("it measures how soon the dead are known")
class ConsensusIT {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration DEAD_IS_KNOWN = Duration.ofSeconds(5);
    private static final String PASSWORD = "000102030405060708090a0b0c0d0e0f";

    @TempDir
    Path directory;

    private final String network = "127." + ThreadLocalRandom.current().nextInt(64, 250) + "."
            + ThreadLocalRandom.current().nextInt(1, 250) + ".";
    private final List<LoopbackNode> nodes = new ArrayList<>();

    @AfterEach
    void stopConsuls() {
        nodes.forEach(LoopbackNode::close);
    }

    @Test
    void aFounderAloneIsAStore() {
        LoopbackNode founder = node().start(ConsulRole.FOUNDER);

        report("founder alone, writable", writable(founder));
        assertThat(founder.client().kv().get("probe")).isPresent();
        assertThat(directory.resolve("node1/data/serf/local.keyring"))
                .as("the key is in our file alone")
                .doesNotExist();
    }

    @Test
    void whoJoinsSharesTheStoreOfTheFounder() {
        List<LoopbackNode> three = cluster(3, 1);

        three.get(1).client().kv().put("a", "written on the second");
        assertThat(three)
                .allSatisfy(node -> assertThat(
                                node.client().kv().get("a").orElseThrow().text())
                        .isEqualTo("written on the second"));
        assertThat(three.get(2).membership().members())
                .extracting(Member::type)
                .containsExactly(Member.Type.SERVER, Member.Type.CLIENT, Member.Type.CLIENT);
        assertThat(three.get(2).membership().members()).allSatisfy(member -> {
            assertThat(member.bracketedAddress()).isEqualTo(member.node() + ":8301");
            assertThat(member.build()).startsWith("1.");
            assertThat(member.dc()).isEqualTo("raptiformica");
        });
    }

    @Test
    void listensAtAnIpv6AddressBareAndIsJoinedByTheBracketedOne() {
        LoopbackNode founder = keep(new LoopbackNode(directory.resolve("v6"), "::1", PASSWORD));
        founder.start(ConsulRole.FOUNDER, founder);

        founder.consul()
                .until("it leads", LIMIT, () -> founder.client().raft().leader().isPresent());
        assertThat(founder.membership().members()).singleElement().satisfies(member -> {
            assertThat(member.node()).isEqualTo("::1");
            assertThat(member.bracketedAddress()).isEqualTo("[::1]:8301");
        });
        assertThat(founder.client().raft().leader()).contains("[::1]:8300");
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 5})
    void aDeadNodeIsKnownToAllWithinFiveSecondsAndComesBack(int size) {
        List<LoopbackNode> cluster = cluster(size, 3);
        diesAndComesBack(cluster, "STOP");
        diesAndComesBack(cluster, "KILL");
    }

    private void diesAndComesBack(List<LoopbackNode> cluster, String signal) {
        int size = cluster.size();
        LoopbackNode dead = cluster.getLast();
        List<LoopbackNode> others = cluster.subList(0, size - 1);

        dead.consul().signal(signal);
        Duration known = others.getFirst()
                .consul()
                .until(
                        "all others know",
                        LIMIT,
                        () -> others.stream().allMatch(node -> node.sees(dead, Member.Status.FAILED)));
        report(size + " nodes, one of them gone by SIG" + signal + ", failed for all others", known);
        assertThat(known).isLessThan(DEAD_IS_KNOWN);

        dead.consul().kill();
        dead.consul().restart();
        Duration back =
                dead.consul().until("it is back", LIMIT, () -> cluster.stream().allMatch(node -> node.alive() == size));
        report(size + " nodes, restarted, alive for all", back);
    }

    @Test
    void aStopForARestartIsNoLeave() {
        List<LoopbackNode> three = cluster(3, 1);

        three.get(2).consul().signal("TERM");
        three.getFirst()
                .consul()
                .until("it is failed", LIMIT, () -> three.getFirst().sees(three.get(2), Member.Status.FAILED));
        assertThat(three.getFirst().sees(three.get(2), Member.Status.LEFT)).isFalse();
    }

    @Test
    void forcingOutTheDeadForgetsThemAndCanBeDoneTwice() {
        List<LoopbackNode> three = cluster(3, 1);
        LoopbackNode founder = three.getFirst();
        String gone = three.get(2).address();
        three.get(2).consul().kill();
        founder.consul().until("it is failed", LIMIT, () -> founder.sees(three.get(2), Member.Status.FAILED));

        founder.membership().forceLeave(gone);
        founder.consul()
                .until(
                        "it is forgotten",
                        LIMIT,
                        () -> founder.membership().members().size() == 2);
        founder.membership().forceLeave(gone);
    }

    @ParameterizedTest
    @CsvSource({"FOUNDER,1", "FOUNDER,3", "SERVER,1", "SERVER,3"})
    void aFounderThatRestartsWithItsDataKeepsTheOneStore(ConsulRole role, int servers) {
        List<LoopbackNode> three = cluster(3, servers);
        LoopbackNode founder = three.getFirst();
        founder.client().kv().put("before", "the restart");
        List<String> ids = raftIds(founder);

        assertThat(founder.configure(role, three.subList(1, 3))).isEqualTo(ConsulConfig.Change.NEXT_START);
        founder.consul().restart();
        writable(founder);

        assertThat(founder.client().kv().get("before")).isPresent();
        assertThat(raftIds(founder)).isEqualTo(ids);
        founder.consul()
                .until(
                        "all follow one leader",
                        LIMIT,
                        () -> three.stream()
                                        .map(node -> node.client().raft().leader())
                                        .distinct()
                                        .count()
                                == 1);
    }

    @Test
    void clientsBecomeServersAndSurviveTheLossOfTheLeader() {
        List<LoopbackNode> four = cluster(4, 1);
        LoopbackNode founder = four.getFirst();
        founder.client().kv().put("a", "1");
        for (LoopbackNode node : four.subList(1, 3)) {
            assertThat(node.configure(ConsulRole.SERVER, List.of(founder))).isEqualTo(ConsulConfig.Change.RESTART);
            node.consul().restart();
            report("client restarted as server, votes", awaitVoter(founder, node));
        }

        founder.consul().signal("STOP");
        report("3 servers, the leader gone, writable again", writable(four.get(3)));
        assertThat(four.get(3).client().kv().get("a")).isPresent();
    }

    @Test
    void ofTwoServersOneBecomesAClientWithoutAnOutageForGood() {
        List<LoopbackNode> two = cluster(2, 2);
        LoopbackNode founder = two.getFirst();
        LoopbackNode other = two.getLast();
        awaitVoter(founder, other);
        String id = server(founder, other).orElseThrow().id();

        founder.client().raft().remove(id);
        other.configure(ConsulRole.CLIENT, List.of(founder));
        other.consul().restart();

        report("of two servers one made a client, writable through it", writable(other));
        assertThat(raftIds(founder)).hasSize(1);
        founder.consul()
                .until(
                        "it is known as a client",
                        LIMIT,
                        () -> founder.membership().members().stream()
                                .filter(member -> member.node().equals(other.address()))
                                .allMatch(member -> member.type() == Member.Type.CLIENT && member.alive()));
        assertThat(raftIds(founder)).hasSize(1);
    }

    @Test
    void aClientThatWasAServerBecomesOneAgainWithItsOldData() {
        List<LoopbackNode> two = cluster(2, 2);
        LoopbackNode founder = two.getFirst();
        LoopbackNode other = two.getLast();
        awaitVoter(founder, other);
        founder.client().raft().remove(server(founder, other).orElseThrow().id());
        other.configure(ConsulRole.CLIENT, List.of(founder));
        other.consul().restart();
        writable(other);

        other.configure(ConsulRole.SERVER, List.of(founder));
        other.consul().restart();
        report("server, client, server again, votes", awaitVoter(founder, other));
        writable(other);
    }

    @Test
    void otherFilesInTheConfigDirectoryAreRead() throws IOException {
        LoopbackNode founder = node();
        Files.createDirectories(founder.configDirectory());
        Files.writeString(
                founder.configFile().resolveSibling("raptiformica_map.json"),
                "{\"service\":{\"name\":\"raptiformica_map\",\"port\":80}}");
        founder.start(ConsulRole.FOUNDER);
        founder.consul()
                .until(
                        "the service is there",
                        LIMIT,
                        () -> founder.client()
                                .catalog()
                                .services(Read.now())
                                .value()
                                .containsKey("raptiformica_map"));

        Files.writeString(
                founder.configFile().resolveSibling("later.json"), "{\"service\":{\"name\":\"later\",\"port\":81}}");
        founder.client().agent().reload();
        founder.consul()
                .until(
                        "the later service is there",
                        LIMIT,
                        () -> founder.client()
                                .catalog()
                                .services(Read.now())
                                .value()
                                .containsKey("later"));
    }

    @Test
    void anotherPasswordKeepsClustersApart() {
        LoopbackNode founder = cluster(1, 1).getFirst();
        LoopbackNode stranger = keep(
                new LoopbackNode(directory.resolve("stranger"), network + "99", "ff0102030405060708090a0b0c0d0e0f"));
        stranger.start(ConsulRole.CLIENT, founder);

        stranger.consul()
                .until(
                        "its join is refused",
                        LIMIT,
                        () -> stranger.consul().log().contains("No installed keys could decrypt"));
        assertThat(founder.membership().members()).hasSize(1);
        assertThat(Stream.of(founder, stranger).map(node -> node.consul().log()))
                .noneMatch(log -> log.contains(PASSWORD) || log.contains("AAECAwQFBgcICQoLDA0ODw"));
    }

    /** A cluster of which the first is the founder and the first {@code servers} are servers that vote. */
    private List<LoopbackNode> cluster(int size, int servers) {
        LoopbackNode founder = node().start(ConsulRole.FOUNDER);
        List<LoopbackNode> cluster = new ArrayList<>(List.of(founder));
        writable(founder);
        for (int n = 1; n < size; n++) {
            cluster.add(node().start(n < servers ? ConsulRole.SERVER : ConsulRole.CLIENT, founder));
        }
        founder.consul().until("all see all", LIMIT, () -> cluster.stream().allMatch(node -> node.alive() == size));
        cluster.subList(0, servers).forEach(node -> awaitVoter(founder, node));
        cluster.forEach(ConsensusIT::writable);
        return cluster;
    }

    private static Duration awaitVoter(LoopbackNode founder, LoopbackNode node) {
        return founder.consul()
                .until(
                        node.address() + " votes",
                        LIMIT,
                        () -> server(founder, node).filter(RaftServer::voter).isPresent());
    }

    private static Optional<RaftServer> server(LoopbackNode asked, LoopbackNode node) {
        return asked.client().raft().configuration(Consistency.DEFAULT).stream()
                .filter(server -> server.node().equals(node.address()))
                .findFirst();
    }

    private static List<String> raftIds(LoopbackNode asked) {
        return asked.client().raft().configuration(Consistency.DEFAULT).stream()
                .map(RaftServer::id)
                .sorted()
                .toList();
    }

    private static Duration writable(LoopbackNode node) {
        return node.consul().until("the store is writable", LIMIT, () -> {
            node.consul().client(Duration.ofSeconds(1)).kv().put("probe", "1");
            return true;
        });
    }

    private LoopbackNode node() {
        int number = nodes.size() + 1;
        return keep(new LoopbackNode(directory.resolve("node" + number), network + number, PASSWORD));
    }

    private LoopbackNode keep(LoopbackNode node) {
        nodes.add(node);
        return node;
    }

    private static void report(String what, Duration time) {
        System.out.printf("%s: %.1f s%n", what, time.toMillis() / 1000.0);
    }
}
