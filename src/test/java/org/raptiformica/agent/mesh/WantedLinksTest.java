package org.raptiformica.agent.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.raptiformica.agent.lan.HeardAt;
import org.raptiformica.agent.member.Presence;
import org.raptiformica.config.Neighbour;
import org.raptiformica.consensus.Member;
import org.raptiformica.host.OwnAddresses;
import org.raptiformica.mesh.Transport;
import org.raptiformica.mesh.WantedPeer;

/** Fifty nodes whose gossip says who is alive; which links each of them then wants. */
class WantedLinksTest {

    private static final OwnAddresses NOWHERE = new OwnAddresses(List.of(), Set.of(), Set.of());
    private static final OwnAddresses AT_HOME = new OwnAddresses(
            List.of("10.7.0.9"),
            Set.of("10.7.0.9"),
            Set.of(new OwnAddresses.Network(InetAddress.ofLiteral("10.7.0.9"), 24)));

    private Instant now = Instant.EPOCH;
    private final List<Neighbour> nodes =
            IntStream.range(0, 50).mapToObj(WantedLinksTest::node).toList();
    private final Map<String, Presence> presences = new HashMap<>();

    private static Neighbour node(int number) {
        return new Neighbour(
                "%064x".formatted(number * 7_919L),
                Optional.of("192.0.2." + number),
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

    private Presence presence(Neighbour node) {
        return presences.computeIfAbsent(node.publicKey(), _ -> new Presence(() -> now));
    }

    /** These see each other, and all others failed. */
    private void see(Collection<Neighbour> alive) {
        see(alive, Set.of());
    }

    private void see(Collection<Neighbour> alive, Collection<Neighbour> servers) {
        List<Member> members = nodes.stream()
                .map(node -> new Member(
                        node.meshAddress(),
                        node.meshAddress(),
                        8301,
                        alive.contains(node) ? Member.Status.ALIVE : Member.Status.FAILED,
                        servers.contains(node) ? Member.Type.SERVER : Member.Type.CLIENT,
                        "1.8.7",
                        2,
                        "raptiformica"))
                .toList();
        alive.forEach(node -> presence(node).see(members));
    }

    private List<WantedPeer> wanted(Neighbour self) {
        Candidates candidates = new Candidates(List.of(Transport.TLS), NOWHERE, Map.of());
        return new WantedLinks(candidates, presence(self)).of(self.publicKey(), nodes, Map.of(), now);
    }

    private Set<String> dialled(Neighbour self) {
        return wanted(self).stream()
                .filter(peer -> !peer.addresses().isEmpty())
                .map(WantedPeer::publicKey)
                .collect(Collectors.toSet());
    }

    /** Whether links that one end at least wants and dials make one mesh of these nodes. */
    private boolean connected(Collection<Neighbour> alive) {
        Map<String, Set<String>> graph = new TreeMap<>();
        alive.forEach(node -> graph.put(node.publicKey(), new HashSet<>()));
        alive.forEach(node -> dialled(node).stream().filter(graph::containsKey).forEach(other -> {
            graph.getOrDefault(node.publicKey(), new HashSet<>()).add(other);
            graph.getOrDefault(other, new HashSet<>()).add(node.publicKey());
        }));
        Set<String> met = new HashSet<>();
        Deque<String> next = new ArrayDeque<>(List.of(graph.keySet().iterator().next()));
        while (!next.isEmpty()) {
            String at = next.pop();
            if (met.add(at)) {
                next.addAll(graph.getOrDefault(at, Set.of()));
            }
        }
        return met.size() == alive.size();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(ints = 1)
    @DisplayName("of fifty nodes forty-five die, one every 40 s: those left are one mesh all along")
    void shrinking(int seed) {
        List<Neighbour> alive = new ArrayList<>(nodes);
        Collections.shuffle(alive, new Random(seed));
        see(alive);
        while (alive.size() > 5) {
            alive.removeLast();
            see(alive);
            assertThat(connected(alive)).as("%d alive", alive.size()).isTrue();
            now = now.plusSeconds(40);
        }
        assertThat(wanted(alive.getFirst()))
                .as("those alive and one that is looked for")
                .hasSizeLessThanOrEqualTo(8);
    }

    @Test
    @DisplayName(
            "the store's servers are linked with each other, whoever else comes, and with no more nodes than others")
    void servers() {
        see(nodes);
        Map<Neighbour, Set<String>> before = nodes.stream().collect(Collectors.toMap(node -> node, this::dialled));
        List<Neighbour> servers = nodes.subList(10, 15);

        see(nodes, servers);

        for (Neighbour node : nodes) {
            Set<String> wanted = new HashSet<>(before.getOrDefault(node, Set.of()));
            if (servers.contains(node)) {
                servers.stream().filter(other -> !other.equals(node)).forEach(other -> wanted.add(other.publicKey()));
            }
            assertThat(dialled(node)).as(node.name()).isEqualTo(wanted);
        }
    }

    @Test
    @DisplayName("a node that fails for less than two minutes keeps its place")
    void brief() {
        see(nodes);
        List<WantedPeer> before = wanted(nodes.getFirst());

        see(nodes.subList(0, 40));
        wanted(nodes.getFirst());
        now = now.plus(Presence.PATIENCE).minusMillis(1);
        assertThat(wanted(nodes.getFirst())).isEqualTo(before);
        see(nodes);
        wanted(nodes.getFirst());
        now = now.plus(Presence.PATIENCE);
        assertThat(wanted(nodes.getFirst())).isEqualTo(before);
    }

    @Test
    @DisplayName("a node that called on the local network is dialled though the choice does not ask for it")
    void called() {
        see(nodes);
        Neighbour self = nodes.getFirst();
        Set<String> chosen = dialled(self);
        Neighbour caller = nodes.stream()
                .filter(node -> !node.equals(self) && !chosen.contains(node.publicKey()))
                .findFirst()
                .orElseThrow();
        Candidates hearing = new Candidates(
                List.of(Transport.TLS), NOWHERE, Map.of(caller.publicKey(), List.of(new HeardAt("10.77.0.2", 4863))));
        List<WantedPeer> wanted = new WantedLinks(hearing, presence(self)).of(self.publicKey(), nodes, Map.of(), now);
        assertThat(wanted).hasSize(wanted(self).size() + 1);
        assertThat(wanted)
                .filteredOn(peer -> peer.publicKey().equals(caller.publicKey()))
                .first()
                .extracting(peer -> peer.addresses().getFirst().endpoint())
                .isEqualTo("tls://10.77.0.2:4863");
    }

    @Test
    @DisplayName("two halves that hold each other for dead each dial the other, one node at a time")
    void halves() {
        List<Neighbour> left = nodes.subList(0, 25);
        List<Neighbour> right = nodes.subList(25, 50);
        see(left);
        see(right);
        nodes.forEach(this::wanted);
        now = now.plus(Duration.ofHours(80));

        assertThat(connected(left)).isTrue();
        assertThat(connected(right)).isTrue();
        assertThat(connected(nodes)).isTrue();
        left.forEach(node -> assertThat(dialled(node))
                .filteredOn(key -> right.stream().anyMatch(it -> it.publicKey().equals(key)))
                .hasSize(1));
    }

    @Test
    @DisplayName("nodes of one network link with each other too, and those of many such networks with some")
    void near() {
        see(nodes);
        Neighbour self = nodes.getFirst();
        Set<String> far = wanted(self).stream().map(WantedPeer::publicKey).collect(Collectors.toSet());

        assertThat(linksAtHome(self, 4)).isEqualTo(union(far, nodes.subList(1, 4)));
        assertThat(linksAtHome(self, 50)).as("all are near").isEqualTo(far);
    }

    /** The links of a node where so many of all, itself among them, say that they are in its network. */
    private Set<String> linksAtHome(Neighbour self, int near) {
        List<Neighbour> told = IntStream.range(0, nodes.size())
                .mapToObj(i -> i < near
                        ? nodes.get(i).saying(List.of("10.7.0." + (i + 9)), Optional.empty(), Optional.empty())
                        : nodes.get(i))
                .toList();
        Candidates candidates = new Candidates(List.of(Transport.TLS), AT_HOME, Map.of());
        return new WantedLinks(candidates, presence(self))
                .of(self.publicKey(), told, Map.of(), now).stream()
                        .map(WantedPeer::publicKey)
                        .collect(Collectors.toSet());
    }

    private static Set<String> union(Set<String> keys, List<Neighbour> more) {
        Set<String> all = new HashSet<>(keys);
        more.forEach(node -> all.add(node.publicKey()));
        return all;
    }

    @Test
    @DisplayName("whoever finds nobody dials everybody in turn")
    void alone() {
        Neighbour self = nodes.getFirst();
        see(List.of(self));
        Set<String> tried = new HashSet<>();
        for (int turn = 0; turn < 5; turn++) {
            tried.addAll(dialled(self));
            now = now.plus(WantedLinks.SEARCH);
        }
        assertThat(tried).hasSize(49);
    }
}
