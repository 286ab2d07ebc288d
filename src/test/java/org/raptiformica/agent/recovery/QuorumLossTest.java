package org.raptiformica.agent.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.raptiformica.agent.recovery.QuorumLoss.Verdict;
import org.raptiformica.cluster.api.StoreServer;
import org.raptiformica.consensus.ConsulRole;
import org.raptiformica.consensus.Member;

/** When a quorum counts as lost for good. Nodes are letters; those that are servers to gossip are written large. */
class QuorumLossTest {

    private static final Duration LONG = QuorumLoss.PATIENCE;

    static Stream<Arguments> cases() {
        Verdict wait = new Verdict.Wait("");
        return Stream.of(
                row("two of three servers are declared gone", "A", "A d", "a d", "a b c", LONG, goOn("a")),
                row("the client agent leaves that to the server", "d", "A d", "a d", "a b c", LONG, wait),
                row(
                        "three of five, and both that are left go on together",
                        "B",
                        "A B",
                        "a b",
                        "a b c d e",
                        LONG,
                        goOn("a", "b")),
                row("it may be an election", "A", "A d", "a d", "a b c", LONG.minusMillis(1), wait),
                row("one of the lost has an entry still", "A", "A d", "a b d", "a b c", LONG, wait),
                row("a node that never was a server is silent", "A", "A", "a d", "a b c", LONG, wait),
                row("an alive node is not in the config", "A", "A d", "a", "a b c", LONG, wait),
                row("this node itself was declared gone", "A", "A d", "d", "a b c", LONG, wait),
                row("enough servers are there", "A", "A B", "a b", "a b c", LONG, wait),
                row("all servers are declared gone", "d", "d e", "d e", "a b c", LONG, new Verdict.FoundAnew()),
                row("of two the first founds", "e", "d e", "d e", "a b c", LONG, wait),
                row("nobody knows who the servers were", "d", "d e", "d e", "", LONG, wait),
                row("those it knew are client agents now", "d", "a b c d", "a b c d", "a b c", LONG, wait),
                row("an alive server that it did not know", "A", "A F", "a f", "a b c", LONG, wait),
                row(
                        "a server on its way whose copy does not name it",
                        "F",
                        "A F",
                        "a f",
                        "a b c",
                        LONG,
                        new Verdict.StepBack()));
    }

    private static Arguments row(
            String name,
            String self,
            String members,
            String listed,
            String servers,
            Duration leaderless,
            Verdict verdict) {
        return Arguments.of(name, self, members, listed, servers, leaderless, verdict);
    }

    private static Verdict goOn(String... servers) {
        return new Verdict.GoOn(Arrays.stream(servers)
                .map(server -> new StoreServer(server, "id-" + server))
                .toList());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void decides(
            String name,
            String self,
            String members,
            String listed,
            String servers,
            Duration leaderless,
            Verdict verdict) {
        ConsulRole role = Character.isUpperCase(self.charAt(0)) ? ConsulRole.SERVER : ConsulRole.CLIENT;
        Verdict found = new QuorumLoss(
                        self.toLowerCase(Locale.ROOT),
                        role,
                        words(members).map(QuorumLossTest::member).toList(),
                        Set.copyOf(words(listed).toList()),
                        words(servers).map(QuorumLossTest::known).toList(),
                        Set.of(),
                        leaderless)
                .verdict();

        if (verdict instanceof Verdict.Wait) {
            assertThat(found).as(name).isInstanceOf(Verdict.Wait.class);
        } else {
            assertThat(found).as(name).isEqualTo(verdict);
        }
    }

    /** Of a, which knew b as a server; c, d and e are announced. */
    private static Verdict ofReplaced(ConsulRole role, String members, Duration leaderless) {
        List<KnownServer> servers = List.of(known("a"), known("b"));
        List<Member> seen = words(members).map(QuorumLossTest::member).toList();
        return new QuorumLoss("a", role, seen, Set.of("a", "b"), servers, Set.of("c", "d", "e"), leaderless).verdict();
    }

    @Test
    @DisplayName("a server that was announced to be none steps back, whoever else may be alive somewhere")
    void theReplacedStepBack() {
        assertThat(ofReplaced(ConsulRole.SERVER, "A C D", LONG)).isEqualTo(new Verdict.Replaced());
        assertThat(ofReplaced(ConsulRole.FOUNDER, "A C D", LONG)).isEqualTo(new Verdict.Replaced());
    }

    @Test
    @DisplayName("not while it may be an election, and a client agent has nothing to step back from")
    void nobodyElseStepsBack() {
        assertThat(ofReplaced(ConsulRole.SERVER, "A C D", LONG.minusMillis(1))).isInstanceOf(Verdict.Wait.class);
        assertThat(ofReplaced(ConsulRole.CLIENT, "A C D", LONG)).isInstanceOf(Verdict.Wait.class);
    }

    @Test
    @DisplayName("not for servers that may be lost since: its copy may be all that is left")
    void notForServersThatAreNotThere() {
        assertThat(ofReplaced(ConsulRole.SERVER, "A", LONG)).isInstanceOf(Verdict.Wait.class);
        assertThat(ofReplaced(ConsulRole.SERVER, "A C", LONG))
                .as("one of three")
                .isInstanceOf(Verdict.Wait.class);
        assertThat(ofReplaced(ConsulRole.SERVER, "A C d", LONG))
                .as("one is none")
                .isInstanceOf(Verdict.Wait.class);
    }

    private static Stream<String> words(String text) {
        return Arrays.stream(text.split(" ", -1)).filter(word -> !word.isEmpty());
    }

    private static Member member(String letter) {
        boolean server = Character.isUpperCase(letter.charAt(0));
        String node = letter.toLowerCase(Locale.ROOT);
        return new Member(
                node,
                node,
                8301,
                Member.Status.ALIVE,
                server ? Member.Type.SERVER : Member.Type.CLIENT,
                "1.8.7",
                2,
                "raptiformica");
    }

    private static KnownServer known(String node) {
        return new KnownServer(new StoreServer(node, "id-" + node), true);
    }

    static Stream<Long> seeds() {
        return new Random(11).longs(400).boxed();
    }

    /**
     * A cluster whose nodes come and go, whose servers change by majorities, and which is cut in two and healed all the
     * time. Nobody dies and nobody is declared gone but by leaving in order.
     */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    @DisplayName("no partition of no cluster is ever taken for the loss of the quorum")
    void aPartitionIsNeverTakenForIt(long seed) {
        World world = new World(new Random(seed));
        for (int i = 0; i < 200; i++) {
            world.step();
            for (Node node : world.nodes) {
                assertThat(node.verdict(world))
                        .as("seed " + seed + ", step " + i + ", " + node.name)
                        .isNotInstanceOfAny(Verdict.GoOn.class, Verdict.FoundAnew.class);
            }
        }
    }

    private static final class World {

        private final Random random;
        private final List<Node> nodes = new ArrayList<>();
        /** The store's own, which a majority of its servers changes one by one. */
        private Set<String> servers = new TreeSet<>();

        private Set<String> listed = new TreeSet<>();
        private final int most;
        private int born;

        World(Random random) {
            this.random = random;
            this.most = 3 + random.nextInt(7);
            Node founder = born();
            servers.add(founder.name);
            listed.add(founder.name);
            founder.server = true;
            sync();
        }

        private Node born() {
            Node node = new Node("n" + (100 + born++));
            nodes.add(node);
            return node;
        }

        void step() {
            switch (random.nextInt(10)) {
                case 0, 1, 2 -> nodes.forEach(node -> node.side = random.nextInt(2));
                case 3 -> nodes.forEach(node -> node.side = 0);
                case 4, 5 -> join();
                case 6 -> leave();
                default -> changeServers();
            }
            sync();
        }

        /** The side of the quorum, if there is one. */
        private List<Node> quorum() {
            for (int side = 0; side < 2; side++) {
                int here = side;
                List<Node> those =
                        nodes.stream().filter(node -> node.side == here).toList();
                long voters = those.stream()
                        .filter(node -> servers.contains(node.name))
                        .count();
                if (voters > servers.size() / 2) {
                    return those;
                }
            }
            return List.of();
        }

        private void join() {
            List<Node> quorum = quorum();
            if (!quorum.isEmpty() && nodes.size() < most) {
                int side = quorum.getFirst().side;
                Node node = born();
                node.side = side;
                listed.add(node.name);
            }
        }

        private void leave() {
            List<Node> idle = quorum().stream()
                    .filter(node -> !servers.contains(node.name) && !node.server)
                    .toList();
            if (idle.size() > 1) {
                Node leaving = idle.get(random.nextInt(idle.size()));
                listed.remove(leaving.name);
                nodes.remove(leaving);
            }
        }

        /** One that is to be a server gossips so before it is one, and one that is to be none for a while after. */
        private void changeServers() {
            List<Node> quorum = quorum();
            if (quorum.isEmpty()) {
                return;
            }
            Node one = quorum.get(random.nextInt(quorum.size()));
            Set<String> after = new TreeSet<>(servers);
            if (!after.remove(one.name)) {
                one.server = true;
                after.add(one.name);
            }
            long there =
                    quorum.stream().filter(node -> after.contains(node.name)).count();
            if (there > after.size() / 2) {
                servers = after;
            }
        }

        /** Who is with the quorum knows what the store says; a server that it does without becomes a client agent. */
        private void sync() {
            for (Node node : quorum()) {
                node.listed = new HashSet<>(listed);
                node.servers = new TreeSet<>(servers);
                if (!servers.contains(node.name) && random.nextBoolean()) {
                    node.server = false;
                }
            }
        }
    }

    private static final class Node {

        private final String name;
        private boolean server;
        private int side;
        private Set<String> listed = new HashSet<>();
        private Set<String> servers = new TreeSet<>();

        Node(String name) {
            this.name = name;
        }

        Verdict verdict(World world) {
            List<Member> members = world.nodes.stream()
                    .filter(node -> node.side == side)
                    .map(node -> member(node.server ? node.name.toUpperCase(Locale.ROOT) : node.name))
                    .toList();
            Duration leaderless = world.quorum().contains(this) ? Duration.ZERO : LONG;
            return new QuorumLoss(
                            name,
                            server ? ConsulRole.SERVER : ConsulRole.CLIENT,
                            members,
                            listed,
                            servers.stream().map(QuorumLossTest::known).toList(),
                            Set.of(),
                            leaderless)
                    .verdict();
        }
    }

    @Test
    @DisplayName("the model of partitions does lose quorums, so that the property says something")
    void theModelLosesQuorums() {
        World world = new World(new Random(1));
        int without = 0;
        for (int i = 0; i < 200; i++) {
            world.step();
            without += world.quorum().isEmpty() ? 1 : 0;
        }
        assertThat(without).isPositive();
    }
}
