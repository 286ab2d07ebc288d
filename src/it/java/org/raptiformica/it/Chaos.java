package org.raptiformica.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.raptiformica.config.CacheDirectory;
import org.raptiformica.config.ConfigCache;
import org.raptiformica.config.Mapping;
import org.raptiformica.failure.Failure;
import org.raptiformica.it.ChaosHistory.Outcome;

/**
 * A sequence of faults, the same for the same seed, while clients write; then proof from what they were told that nothing
 * was lost and that all nodes agree.
 */
final class Chaos {

    private static final Duration HEALING = Duration.ofSeconds(150);
    private static final Duration LOOK = Duration.ofMillis(250);
    private static final int WRITERS = 2;

    private final long seed;
    private final ChaosCluster cluster;
    private final ChaosHistory history = new ChaosHistory();
    private final Map<ChaosFault, List<Outage>> outages = new EnumMap<>(ChaosFault.class);

    /** How long the store took no write, and how long after the fault's end all was as before. */
    private record Outage(Duration silent, Duration whole) {}

    private Chaos(long seed, ChaosCluster cluster) {
        this.seed = seed;
        this.cluster = cluster;
    }

    /**
     * Runs it and returns the table of outages.
     *
     * @throws AssertionError when something was lost or did not heal; it names the seed
     */
    static String run(Path directory, long seed, int nodes, int faults) {
        try (ChaosCluster cluster = new ChaosCluster(directory, nodes)) {
            Chaos chaos = new Chaos(seed, cluster);
            chaos.healed("the new cluster");
            chaos.befall(faults);
            chaos.nothingIsLost();
            return chaos.table(nodes, faults);
        }
    }

    private void befall(int faults) {
        Random random = new Random(seed);
        List<ChaosWriter> writers = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            ChaosWriter writer = new ChaosWriter("w" + i, cluster, history, seed + i);
            writers.add(writer);
            threads.add(Thread.ofVirtual().start(writer));
        }
        for (ChaosFault fault : sequence(faults, random)) {
            befall(fault, random);
        }
        writers.forEach(ChaosWriter::end);
        threads.forEach(Chaos::join);
    }

    /** Every kind comes before one comes again. */
    private static List<ChaosFault> sequence(int faults, Random random) {
        List<ChaosFault> sequence = new ArrayList<>();
        while (sequence.size() < faults) {
            List<ChaosFault> kinds = new ArrayList<>(List.of(ChaosFault.values()));
            Collections.shuffle(kinds, random);
            sequence.addAll(kinds.subList(0, Math.min(kinds.size(), faults - sequence.size())));
        }
        return sequence;
    }

    private void befall(ChaosFault fault, Random random) {
        System.err.println("chaos " + seed + ": " + fault.words());
        long begin = System.nanoTime();
        fault.befall(cluster, random);
        long ended = System.nanoTime();
        Duration whole = healed(fault.words());
        // A write that was under way is told of once more: silence ends with the next acknowledged one.
        ChaosCluster.pause(Duration.ofSeconds(2));
        Duration silent = history.silence(begin, System.nanoTime());
        outages.computeIfAbsent(fault, _ -> new ArrayList<>()).add(new Outage(silent, whole));
        System.err.printf(
                "chaos %d: silent %.1f s, whole %.1f s after its end (%.1f s)%n",
                seed, seconds(silent), seconds(whole), (ended - begin) / 1e9);
    }

    private Duration healed(String after) {
        long begin = System.nanoTime();
        Optional<String> unwell = cluster.unwell();
        while (unwell.isPresent()) {
            if (System.nanoTime() - begin > HEALING.toNanos()) {
                throw new AssertionError("seed " + seed + ": not well " + HEALING.toSeconds() + " s after " + after
                        + ": " + unwell.get() + "\n" + cluster.told());
            }
            ChaosCluster.pause(LOOK);
            unwell = cluster.unwell();
        }
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    private void nothingIsLost() {
        Eventually.within(
                HEALING,
                "seed " + seed + ": all acknowledged writes are on all nodes",
                () -> cluster.nodes().stream()
                        .allMatch(node -> history.missingFrom(written(node)).isEmpty()));
        for (LanMachine node : cluster.nodes()) {
            assertThat(history.inventedIn(written(node)))
                    .as("seed " + seed + ": what " + node.name() + " has and nobody wrote")
                    .isEmpty();
        }
        Eventually.within(
                HEALING,
                "seed " + seed + ": all replicas are the same",
                () -> cluster.nodes().stream().map(Chaos::replica).distinct().count() == 1);
    }

    private static Map<String, String> written(LanMachine node) {
        try {
            return new TreeMap<>(ChaosCluster.agentOf(node)
                    .config()
                    .mapping()
                    .below("raptiformica/chaos")
                    .asMap());
        } catch (Failure noAnswer) {
            return Map.of();
        }
    }

    /** What the node would work by if its store went away now. */
    private static Mapping replica(LanMachine node) {
        return new ConfigCache(new CacheDirectory(node.root().resolve("root/.raptiformica.d")))
                .read()
                .orElse(Mapping.empty());
    }

    private String table(int nodes, int faults) {
        StringBuilder text =
                new StringBuilder("seed %d, %d nodes, %d faults; %d writes acknowledged, all there; %d not%n"
                        .formatted(
                                seed,
                                nodes,
                                faults,
                                history.count(Outcome.ACKNOWLEDGED),
                                history.count(Outcome.UNKNOWN)));
        text.append("| fault | times | no write taken: median | worst | whole again: median | worst |\n");
        text.append("|---|---|---|---|---|---|\n");
        outages.forEach((fault, all) -> {
            List<Double> silent =
                    all.stream().map(it -> seconds(it.silent())).sorted().toList();
            List<Double> whole =
                    all.stream().map(it -> seconds(it.whole())).sorted().toList();
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %d | %.1f s | %.1f s | %.1f s | %.1f s |%n",
                    fault.words(),
                    all.size(),
                    silent.get(silent.size() / 2),
                    silent.getLast(),
                    whole.get(whole.size() / 2),
                    whole.getLast()));
        });
        return text.toString();
    }

    /** Seed, nodes and faults from the command line; the table on standard output. */
    public static void main(String... arguments) throws IOException {
        long seed = arguments.length > 0 ? Long.parseLong(arguments[0]) : System.currentTimeMillis();
        int nodes = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 7;
        int faults = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 36;
        Path directory = Files.createTempDirectory("raptiformica-chaos");
        try {
            System.out.print(run(directory, seed, nodes, faults));
        } finally {
            Local.run("rm", "-r", directory.toString());
        }
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
