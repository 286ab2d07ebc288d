package org.raptiformica.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.raptiformica.config.CacheDirectory;
import org.raptiformica.config.ConfigCache;
import org.raptiformica.config.Mapping;
import org.raptiformica.failure.Failure;
import org.raptiformica.it.ChaosPlan.Step;
import org.raptiformica.it.WriteHistory.Outcome;

/**
 * A sequence of faults, the same for the same seed, while clients write; then proof from what they were told that nothing
 * was lost, that all nodes agree, and from what the agents logged that never two decided at once.
 */
final class Chaos {

    /** An engine that lets routes hang is restarted within some three minutes: what came with that has to heal as well. */
    private static final Duration HEALING = Duration.ofMinutes(4);

    /** Healing that takes longer is worth looking into: what was wrong and what the nodes said then is kept. */
    private static final Duration SLOW = Duration.ofMinutes(1);

    private static final Duration LOOK = Duration.ofMillis(250);
    private static final Duration BETWEEN_WRITES = Duration.ofMillis(300);
    /** A write that was under way is told of once more: silence ends with the next one that the store takes. */
    private static final Duration AFTERWARDS = Duration.ofSeconds(1);

    private final String seed;
    private final ChaosCluster cluster;
    private final WriteHistory history = new WriteHistory();
    private final Map<String, List<Outage>> outages = new TreeMap<>();

    /** How long the store took no write, and how long after the fault's end all was as before. */
    private record Outage(Duration silent, Duration whole) {}

    private Chaos(long seed, ChaosCluster cluster) {
        this.seed = "seed " + seed;
        this.cluster = cluster;
    }

    /**
     * Runs it and returns the table of outages.
     *
     * @param overlap how likely it is that a fault comes while another lasts
     * @throws AssertionError when something was lost or did not heal; it names the seed
     */
    static String run(Path directory, long seed, int nodes, int faults, double overlap) {
        ChaosPlan plan = ChaosPlan.of(seed, nodes, faults, overlap);
        try (ChaosCluster cluster = new ChaosCluster(directory, nodes)) {
            Chaos chaos = new Chaos(seed, cluster);
            chaos.healed("the new cluster");
            chaos.befall(plan, seed);
            chaos.nothingIsLost();
            ChaosLeads leads = chaos.oneDecided();
            return chaos.table(nodes, faults, leads);
        }
    }

    private void befall(ChaosPlan plan, long number) {
        try (SteadyWriter _ = SteadyWriter.begin(cluster.asCluster()::any, BETWEEN_WRITES, history, number)) {
            plan.steps().forEach(this::befall);
        }
    }

    private void befall(Step step) {
        System.err.println("chaos, " + seed + ": " + step);
        long begin = System.nanoTime();
        ChaosCluster.inParallel(step.blows().stream()
                .<Runnable>map(blow -> () -> {
                    ChaosCluster.pause(blow.after());
                    cluster.befall(
                            blow.fault(),
                            blow.victims().stream().map(cluster.nodes()::get).toList());
                })
                .toList());
        long ended = System.nanoTime();
        Duration whole = healed(step.toString());
        ChaosCluster.pause(AFTERWARDS);
        Duration silent = history.silence(begin, System.nanoTime());
        outages.computeIfAbsent(step.kind(), _ -> new ArrayList<>()).add(new Outage(silent, whole));
        System.err.printf(
                "chaos, %s: no write taken for %.1f s, whole %.1f s after its end (it took %.1f s)%n",
                seed, seconds(silent), seconds(whole), (ended - begin) / 1e9);
    }

    private Duration healed(String after) {
        long begin = System.nanoTime();
        boolean slow = false;
        Optional<String> unwell = cluster.asCluster().unwell();
        while (unwell.isPresent()) {
            if (!slow && System.nanoTime() - begin > SLOW.toNanos()) {
                slow = true;
                tellSlow(after, unwell.get());
            }
            if (System.nanoTime() - begin > HEALING.toNanos()) {
                throw new AssertionError(seed + ": not well " + HEALING.toSeconds() + " s after " + after + ": "
                        + unwell.get() + "\n" + cluster.asCluster().told());
            }
            ChaosCluster.pause(LOOK);
            unwell = cluster.asCluster().unwell();
        }
        if (slow) {
            tellSlow(after, "well again now");
        }
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    private void tellSlow(String after, String state) {
        System.err.printf(
                "chaos, %s: slow to heal after %s: %s%n%s%n",
                seed, after, state, cluster.asCluster().told());
    }

    private void nothingIsLost() {
        Eventually.within(
                HEALING,
                () -> seed + ": every node has what was acknowledged and nothing else; wrong are " + wrong() + "\n"
                        + cluster.asCluster().told(),
                () -> wrong().isEmpty());
        Eventually.within(
                HEALING,
                seed + ": all replicas are the same",
                () -> cluster.nodes().stream().map(Chaos::replica).distinct().count() == 1);
    }

    private Map<String, Map<String, String>> wrong() {
        Map<String, Map<String, String>> wrong = new TreeMap<>();
        for (LanMachine node : cluster.nodes()) {
            Map<String, String> there = history.wrongIn(written(node));
            if (!there.isEmpty()) {
                wrong.put(node.name(), there);
            }
        }
        return wrong;
    }

    private static Map<String, String> written(LanMachine node) {
        try {
            return node.agent().config().mapping().below(SteadyWriter.PREFIX).asMap();
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

    private ChaosLeads oneDecided() {
        Map<String, String> logs = new TreeMap<>();
        cluster.nodes().forEach(node -> logs.put(node.name(), node.run("cat /var/log/raptiformica/agent.log")));
        ChaosLeads leads = ChaosLeads.of(logs);
        assertThat(leads.overlaps()).as(seed + ": two that decided at once").isEmpty();
        // Without any there would be nothing to prove: the cluster has grown from one server.
        assertThat(leads.leads()).as(seed + ": leads").isNotEmpty();
        assertThat(leads.decisions()).as(seed + ": decisions").isNotEmpty();
        return leads;
    }

    private String table(int nodes, int faults, ChaosLeads leads) {
        StringBuilder text = new StringBuilder(
                "%s, %d nodes, %d faults; %d writes into the store and %d kept by a node, all there; %d without an answer;%n"
                        .formatted(
                                seed,
                                nodes,
                                faults,
                                history.count(Outcome.STORED),
                                history.count(Outcome.KEPT),
                                history.count(Outcome.UNKNOWN)));
        text.append("%d elected agents one after the other, %d decisions, none after the next was elected%n%n"
                .formatted(leads.count(), leads.decisions().size()));
        text.append("| fault | times | no write taken: median | worst | whole again: median | worst |\n");
        text.append("|---|---|---|---|---|---|\n");
        outages.forEach((kind, all) -> {
            List<Double> silent =
                    all.stream().map(it -> seconds(it.silent())).sorted().toList();
            List<Double> whole =
                    all.stream().map(it -> seconds(it.whole())).sorted().toList();
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %d | %.1f s | %.1f s | %.1f s | %.1f s |%n",
                    kind,
                    all.size(),
                    silent.get(silent.size() / 2),
                    silent.getLast(),
                    whole.get(whole.size() / 2),
                    whole.getLast()));
        });
        return text.toString();
    }

    /** Seed, nodes, faults and overlap from the command line; the table on standard output. */
    public static void main(String... arguments) throws IOException {
        long seed = arguments.length > 0 ? Long.parseLong(arguments[0]) : System.currentTimeMillis();
        int nodes = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 9;
        int faults = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 51;
        double overlap = arguments.length > 3 ? Double.parseDouble(arguments[3]) : 0.2;
        Path directory = Files.createTempDirectory("raptiformica-chaos");
        try {
            System.out.print(run(directory, seed, nodes, faults, overlap));
        } finally {
            Local.run("rm", "-r", directory.toString());
        }
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
