package org.raptiformica.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinkChoiceTest {

    @Test
    @DisplayName("up to ten nodes link all to all")
    void fewLinkAllToAll() {
        for (int size = 1; size <= LinkChoice.ALL_TO_ALL; size++) {
            NavigableSet<String> keys = keys(size, 1);
            LinkChoice choice = LinkChoice.among(keys, Set.of());
            for (String key : keys) {
                Set<String> others = new TreeSet<>(keys);
                others.remove(key);
                assertThat(choice.linksOf(key)).isEqualTo(others);
            }
        }
    }

    @ParameterizedTest(name = "{0} nodes")
    @ValueSource(ints = {11, 12, 13, 25, 50, 120, 500})
    @DisplayName("both ends of every link agree on it, and no node has more links than the most")
    void linksAreMutualAndBounded(int size) {
        for (int seed = 0; seed < 5; seed++) {
            Map<String, Set<String>> graph = graph(keys(size, seed), Set.of());
            graph.forEach((node, links) -> {
                assertThat(links)
                        .as("links of %s", node)
                        .hasSizeBetween(4, LinkChoice.MOST_LINKS)
                        .doesNotContain(node);
                links.forEach(other -> assertThat(graph.get(other)).contains(node));
            });
        }
    }

    @ParameterizedTest(name = "{0} nodes")
    @ValueSource(ints = {11, 12, 13, 17, 25, 50, 120, 500})
    @DisplayName("any three nodes can vanish and the others still reach each other")
    void survivesTheLossOfAnyThree(int size) {
        for (int seed = 0; seed < 3; seed++) {
            NavigableSet<String> keys = keys(size, seed);
            Map<String, Set<String>> graph = graph(keys, Set.of());
            Random random = new Random(seed);
            for (int round = 0; round < 60; round++) {
                Set<String> gone = round % 2 == 0 ? some(keys, 3, random) : beside(graph, keys, random);
                assertThat(reached(graph, gone))
                        .as("%d nodes, seed %d, without %s", size, seed, gone)
                        .hasSize(size - 3);
            }
        }
    }

    @ParameterizedTest(name = "{0} nodes")
    @ValueSource(ints = {50, 500})
    @DisplayName("a tenth of all nodes can vanish by chance and the others still reach each other")
    void survivesTheLossOfATenth(int size) {
        NavigableSet<String> keys = keys(size, 7);
        Map<String, Set<String>> graph = graph(keys, Set.of());
        Random random = new Random(7);
        for (int round = 0; round < 60; round++) {
            assertThat(reached(graph, some(keys, size / 10, random))).hasSize(size - size / 10);
        }
    }

    @ParameterizedTest(name = "{0} nodes")
    @ValueSource(ints = {12, 25, 50, 500})
    @DisplayName("a node that comes makes the others give up four links at most, and no new ones between them")
    void oneMoreNodeChangesLittle(int size) {
        for (int seed = 0; seed < 5; seed++) {
            NavigableSet<String> keys = keys(size, seed);
            Set<Set<String>> before = edges(graph(keys, Set.of()));
            NavigableSet<String> more = new TreeSet<>(keys);
            String newcomer = keys(1, 1000 + seed).first();
            more.add(newcomer);
            Set<Set<String>> after = edges(graph(more, Set.of()));
            Set<Set<String>> changed = new HashSet<>(after);
            changed.removeIf(edge -> before.contains(edge) || edge.contains(newcomer));
            Set<Set<String>> removed = new HashSet<>(before);
            removed.removeAll(after);
            assertThat(changed).as("new links between old nodes").isEmpty();
            assertThat(removed).as("links given up").hasSizeLessThanOrEqualTo(4);
        }
    }

    @Test
    @DisplayName("paths stay short: five hundred nodes are within seven links of each other")
    void pathsAreShort() {
        Map<String, Set<String>> graph = graph(keys(500, 3), Set.of());
        String from = graph.keySet().iterator().next();
        assertThat(Collections.max(distances(graph, from).values())).isLessThanOrEqualTo(7);
    }

    @ParameterizedTest(name = "{0} nodes, half of them unreachable from outside")
    @ValueSource(ints = {4, 12, 40, 200})
    @DisplayName("nodes that cannot be dialled dial out, and nobody dials them")
    void unreachableNodesDialOut(int size) {
        NavigableSet<String> keys = keys(size, 5);
        Set<String> unreachable = some(keys, size / 2, new Random(5));
        LinkChoice choice = LinkChoice.among(keys, unreachable);
        for (String key : keys) {
            assertThat(choice.dialledBy(key)).doesNotContainAnyElementsOf(unreachable);
            choice.linksOf(key)
                    .forEach(other -> assertThat(choice.linksOf(other)).contains(key));
        }
        Map<String, Set<String>> graph = graph(keys, unreachable);
        assertThat(reached(graph, Set.of())).hasSize(size);
        if (size > LinkChoice.ALL_TO_ALL) {
            unreachable.forEach(key -> assertThat(choice.linksOf(key)).hasSize(LinkChoice.OUTWARD_LINKS));
            Random random = new Random(6);
            for (int round = 0; round < 100; round++) {
                assertThat(reached(graph, some(keys, 3, random))).hasSize(size - 3);
            }
        }
    }

    @Test
    @DisplayName("where no node is known to be reachable all are tried")
    void allUnreachableIsNothingKnown() {
        NavigableSet<String> keys = keys(3, 1);
        LinkChoice choice = LinkChoice.among(keys, keys);
        assertThat(choice.dialledBy(keys.first())).hasSize(2);
    }

    @Test
    @DisplayName("a node that is no member has no links")
    void strangersAreRefused() {
        LinkChoice choice = LinkChoice.among(keys(3, 1), Set.of());
        assertThatThrownBy(() -> choice.linksOf("stranger")).hasMessage("no member: stranger");
    }

    private static NavigableSet<String> keys(int count, long seed) {
        Random random = new Random(seed);
        return IntStream.range(0, count)
                .mapToObj(i -> "%016x%016x".formatted(random.nextLong(), random.nextLong()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Map<String, Set<String>> graph(Set<String> keys, Set<String> unreachable) {
        LinkChoice choice = LinkChoice.among(keys, unreachable);
        Map<String, Set<String>> graph = new HashMap<>();
        keys.forEach(key -> graph.put(key, choice.linksOf(key)));
        return graph;
    }

    private static Set<Set<String>> edges(Map<String, Set<String>> graph) {
        Set<Set<String>> edges = new HashSet<>();
        graph.forEach((node, links) -> links.forEach(other -> edges.add(Set.of(node, other))));
        return edges;
    }

    private static Set<String> some(Collection<String> keys, int count, Random random) {
        List<String> shuffled = new ArrayList<>(keys);
        Collections.shuffle(shuffled, random);
        return Set.copyOf(shuffled.subList(0, count));
    }

    /** Three nodes that are linked with one and the same node: the worst for it. */
    private static Set<String> beside(Map<String, Set<String>> graph, Collection<String> keys, Random random) {
        String victim = some(keys, 1, random).iterator().next();
        return some(graph.getOrDefault(victim, Set.of()), 3, random);
    }

    private static Set<String> reached(Map<String, Set<String>> graph, Set<String> gone) {
        Map<String, Set<String>> rest = new HashMap<>(graph);
        rest.keySet().removeAll(gone);
        return distances(rest, rest.keySet().iterator().next()).keySet();
    }

    private static Map<String, Integer> distances(Map<String, Set<String>> graph, String from) {
        Map<String, Integer> distances = new HashMap<>(Map.of(from, 0));
        Deque<String> queue = new ArrayDeque<>(List.of(from));
        while (!queue.isEmpty()) {
            String at = queue.remove();
            for (String next : graph.getOrDefault(at, Set.of())) {
                if (graph.containsKey(next) && distances.putIfAbsent(next, distances.getOrDefault(at, 0) + 1) == null) {
                    queue.add(next);
                }
            }
        }
        return distances;
    }
}
