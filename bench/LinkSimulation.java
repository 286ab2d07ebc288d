import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.raptiformica.mesh.LinkChoice;

/**
 * What the choice of links makes of clusters that no one machine can run: the real {@link LinkChoice} asked for every
 * node, the graph looked at. The same seed, the same table.
 *
 * <p>Usage: build/bench LinkSimulation.java [SEED]
 */
public final class LinkSimulation {

    private static final int SAMPLES = 50;
    private static final int ROUNDS = 20;

    private LinkSimulation() {}

    public static void main(String[] arguments) {
        long seed = arguments.length > 0 ? Long.parseLong(arguments[0]) : 1;
        System.out.println("Link choice, seed " + seed + "; hops from " + SAMPLES + " nodes; losses: worst of " + ROUNDS
                + " rounds, largest part of the nodes left that still reach each other");
        System.out.printf(
                "| %6s | %6s | %5s | %8s | %9s | %9s | %9s | %9s | %9s | %8s | %8s |%n",
                "nodes",
                "dialed",
                "links",
                "mean",
                "hops",
                "hops max",
                "lost 10 %",
                "lost 30 %",
                "lost 50 %",
                "a join",
                "ms/node");
        System.out.println("|---|---|---|---|---|---|---|---|---|---|---|");
        for (int nodes : new int[] {10, 25, 50, 100, 1_000, 10_000}) {
            for (double dialable : new double[] {1.0, 0.3}) {
                row(nodes, dialable, new Random(seed));
            }
        }
    }

    private static void row(int size, double dialable, Random random) {
        List<String> names = names(size + 1, random);
        Set<String> members = new TreeSet<>(names.subList(0, size));
        Set<String> unreachable = new HashSet<>(names.subList(0, (int) Math.round(size * (1 - dialable))));
        long begin = System.nanoTime();
        LinkChoice choice = LinkChoice.among(members, unreachable);
        double choosing = (System.nanoTime() - begin) / 1e6;
        Map<String, Set<String>> graph = graph(members, choice);
        int[] degrees = graph.values().stream().mapToInt(Set::size).toArray();
        Hops hops = hops(graph, random);
        System.out.printf(
                Locale.ROOT,
                "| %,6d | %4.0f %% | %5d | %8.1f | %9.2f | %9d | %7.2f %% | %7.2f %% | %7.2f %% | %8s | %8.1f |%n",
                size,
                dialable * 100,
                Arrays.stream(degrees).max().orElse(0),
                Arrays.stream(degrees).average().orElse(0),
                hops.mean(),
                hops.most(),
                worst(graph, 0.1, random),
                worst(graph, 0.3, random),
                worst(graph, 0.5, random),
                size <= 1_000 ? String.valueOf(changedBy(names.get(size), members, unreachable, graph)) : "-",
                choosing);
    }

    private static List<String> names(int count, Random random) {
        List<String> names = new ArrayList<>();
        byte[] key = new byte[32];
        for (int i = 0; i < count; i++) {
            random.nextBytes(key);
            names.add(HexFormat.of().formatHex(key));
        }
        return names;
    }

    private static Map<String, Set<String>> graph(Set<String> members, LinkChoice choice) {
        Map<String, Set<String>> graph = new HashMap<>();
        members.forEach(node -> graph.put(node, new HashSet<>()));
        for (String node : members) {
            // A node is asked what it dials alone: the other end's links follow from that.
            for (String other : choice.dialledBy(node)) {
                graph.get(node).add(other);
                graph.get(other).add(node);
            }
        }
        return graph;
    }

    private record Hops(double mean, int most) {}

    private static Hops hops(Map<String, Set<String>> graph, Random random) {
        List<String> nodes = new ArrayList<>(new TreeSet<>(graph.keySet()));
        Collections.shuffle(nodes, random);
        long sum = 0;
        long pairs = 0;
        int most = 0;
        for (String from : nodes.subList(0, Math.min(SAMPLES, nodes.size()))) {
            for (int distance : distances(graph, from, Set.of()).values()) {
                sum += distance;
                pairs += distance > 0 ? 1 : 0;
                most = Math.max(most, distance);
            }
        }
        return new Hops((double) sum / pairs, most);
    }

    private static Map<String, Integer> distances(Map<String, Set<String>> graph, String from, Set<String> gone) {
        Map<String, Integer> distances = new HashMap<>(Map.of(from, 0));
        ArrayDeque<String> next = new ArrayDeque<>(List.of(from));
        while (!next.isEmpty()) {
            String at = next.poll();
            for (String to : graph.get(at)) {
                if (!gone.contains(to) && distances.putIfAbsent(to, distances.get(at) + 1) == null) {
                    next.add(to);
                }
            }
        }
        return distances;
    }

    /** Percent of the nodes left that are in the largest part, when a share of all vanishes before anybody can react. */
    private static double worst(Map<String, Set<String>> graph, double share, Random random) {
        List<String> nodes = new ArrayList<>(new TreeSet<>(graph.keySet()));
        double worst = 100;
        for (int round = 0; round < ROUNDS; round++) {
            Collections.shuffle(nodes, random);
            int lost = (int) (nodes.size() * share);
            Set<String> gone = new HashSet<>(nodes.subList(0, lost));
            Set<String> left = new HashSet<>(nodes.subList(lost, nodes.size()));
            int largest = 0;
            int count = left.size();
            while (left.size() > largest) {
                Set<String> part =
                        distances(graph, left.iterator().next(), gone).keySet();
                left.removeAll(part);
                largest = Math.max(largest, part.size());
            }
            worst = Math.min(worst, 100.0 * largest / count);
        }
        return worst;
    }

    /** How many nodes' links change when one more joins. */
    private static long changedBy(
            String fresh, Set<String> members, Set<String> unreachable, Map<String, Set<String>> before) {
        Set<String> more = new TreeSet<>(members);
        more.add(fresh);
        Map<String, Set<String>> after = graph(more, LinkChoice.among(more, unreachable));
        return members.stream()
                .filter(node -> !before.get(node).equals(after.get(node)))
                .count();
    }
}
