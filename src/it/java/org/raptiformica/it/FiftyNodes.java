package org.raptiformica.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.raptiformica.consensus.Roles;
import org.raptiformica.failure.Failure;

/**
 * A cluster that grows to fifty nodes on one machine and shrinks back to one while clients write: how long it takes, what
 * it costs, and whether anything is lost.
 */
final class FiftyNodes {

    private static final Duration LIMIT = Duration.ofMinutes(6);
    private static final Duration LOOK = Duration.ofMillis(200);
    private static final Duration BETWEEN_WRITES = Duration.ofSeconds(1);
    private static final Duration QUIET = Duration.ofSeconds(15);
    private static final int CONCURRENT = 3;

    private final LanCluster cluster;
    private final WriteHistory history = new WriteHistory();
    private final List<String> growing = new ArrayList<>();
    private final List<String> shrinking = new ArrayList<>();

    private FiftyNodes(LanCluster cluster) {
        this.cluster = cluster;
    }

    /** Small machines: fifty that each took all cores for theirs would spend them on waking each other. */
    private static List<String> oneCore(int machine) {
        return List.of("--cpuset-cpus=" + machine % Runtime.getRuntime().availableProcessors());
    }

    private void run(List<Integer> sizes) {
        long begin = System.nanoTime();
        cluster.grow(1, 1);
        try (SteadyWriter writer = SteadyWriter.begin(cluster::any, BETWEEN_WRITES, history, 50)) {
            for (int size : sizes) {
                grow(size, size == 1 ? begin : System.nanoTime(), writer);
            }
            for (int size : sizes.reversed().subList(1, sizes.size())) {
                shrink(size);
            }
        }
        nothingIsLost();
    }

    private void grow(int size, long begin, SteadyWriter writer) {
        say("growing to " + size);
        cluster.grow(size, CONCURRENT);
        double deployed = since(begin);
        String alive = measured(() -> cluster.unwell().isEmpty());
        String reached = measured(allReachAll());
        String servers = measured(() -> cluster.voters().size() == Roles.wantedServers(size));
        String gap = seconds(history.silence(begin, System.nanoTime()));
        say("deployed " + deployed + " alive " + alive + " reached " + reached + " servers " + servers);

        ChaosCluster.pause(QUIET);
        long writing = System.nanoTime();
        ChaosCluster.pause(QUIET);
        List<Duration> writes = history.stored(writing, System.nanoTime());
        writer.rest(true);
        ChaosCluster.pause(QUIET);
        Map<String, MachineLoad> before = load();
        long quiet = System.nanoTime();
        ChaosCluster.pause(QUIET);
        Map<String, MachineLoad> after = load();
        double seconds = since(quiet);
        String idle = "%.2f %% | %.2f %% | %.2f %%"
                .formatted(
                        percent(MachineLoad.spent(before, after, "raptiformica"), seconds, size),
                        percent(MachineLoad.spent(before, after, "consul"), seconds, size),
                        percent(MachineLoad.spent(before, after, meshProcess()), seconds, size));
        double perSecond = MachineLoad.spent(before, after) / seconds;
        String failed = size < 3 ? "– | – | –" : failure(perSecond);
        writer.rest(false);
        growing.add("| %d | %.0f s | %s | %s | %s | %s | %s | %s | %s | %s |"
                .formatted(
                        size, deployed, alive, reached, servers, gap, latencies(writes), failed, idle, memory(after)));
        growing.forEach(FiftyNodes::say);
    }

    /** One that is no server loses its power; what all processes together spend for that, and for its return. */
    private String failure(double perSecond) {
        List<LanMachine> voters = cluster.voters();
        LanMachine victim = cluster.nodes().stream()
                .filter(node -> !voters.contains(node) && node != cluster.first())
                .findFirst()
                .orElse(cluster.nodes().getLast());
        String address = victim.meshAddress();
        Map<String, MachineLoad> before = load();
        long begin = System.nanoTime();
        cluster.kill(victim);
        String known = failedForAll(address);
        ChaosCluster.pause(QUIET);
        String failing = spentSince(before, begin, perSecond);
        before = load();
        begin = System.nanoTime();
        cluster.start(victim);
        measured(() -> cluster.unwell().isEmpty());
        ChaosCluster.pause(QUIET);
        return known + " | " + failing + " | " + spentSince(before, begin, perSecond);
    }

    private String spentSince(Map<String, MachineLoad> before, long begin, double perSecond) {
        Map<String, MachineLoad> after = load();
        double idle = perSecond * since(begin);
        say("spent by what since: " + MachineLoad.byName(before, after));
        return "%.1f s".formatted(Math.max(0, MachineLoad.spent(before, after) - idle));
    }

    /** Median and worst over all other nodes. */
    private String failedForAll(String address) {
        List<Duration> seen = cluster.failedForEach(address, LIMIT);
        if (seen.size() < cluster.nodes().size()) {
            return "only for " + seen.size();
        }
        return "%s (%s)".formatted(seconds(seen.get(seen.size() / 2)), seconds(seen.getLast()));
    }

    private void shrink(int size) {
        say("shrinking to " + size);
        long begin = System.nanoTime();
        cluster.shrink(size);
        double left = since(begin);
        String alive = measured(() -> cluster.unwell().isEmpty());
        String servers = measured(() -> cluster.voters().size() == Roles.wantedServers(size));
        long end = System.nanoTime();
        shrinking.add("| %d | %.0f s | %s | %s | %s | %s |"
                .formatted(
                        size,
                        left,
                        alive,
                        servers,
                        seconds(history.silence(begin, end)),
                        latencies(history.stored(begin, end))));
        shrinking.forEach(FiftyNodes::say);
    }

    /** Every node asks all others for an echo over the mesh, until it has had one. */
    private BooleanSupplier allReachAll() {
        Map<LanMachine, Set<String>> missing = new LinkedHashMap<>();
        cluster.nodes()
                .forEach(node -> missing.put(
                        node,
                        cluster.nodes().stream().map(LanMachine::meshAddress).collect(Collectors.toSet())));
        return () -> {
            missing.forEach(FiftyNodes::askForEchoes);
            missing.values().removeIf(Set::isEmpty);
            missing.forEach((node, addresses) -> say(node.name() + " does not reach " + addresses));
            return missing.isEmpty();
        };
    }

    private static void askForEchoes(LanMachine node, Set<String> missing) {
        try {
            node.agent().roundTrips(List.copyOf(missing)).stream()
                    .filter(trip -> trip.time().isPresent())
                    .forEach(trip -> missing.remove(trip.to()));
        } catch (Failure noAnswer) {
            say(node.name() + ": " + noAnswer.getMessage());
        }
    }

    private void nothingIsLost() {
        until(() -> history.wrongIn(cluster.first()
                        .agent()
                        .config()
                        .mapping()
                        .below(SteadyWriter.PREFIX)
                        .asMap())
                .isEmpty());
    }

    private static String measured(BooleanSupplier condition) {
        long begin = System.nanoTime();
        return until(condition) ? "%.1f s".formatted(since(begin)) : "not in " + LIMIT.toSeconds() + " s";
    }

    private static boolean until(BooleanSupplier condition) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() < end) {
            try {
                if (condition.getAsBoolean()) {
                    return true;
                }
            } catch (Failure | AssertionError notNow) {
                say("not now: " + notNow.getMessage());
            }
            ChaosCluster.pause(LOOK);
        }
        return false;
    }

    private Map<String, MachineLoad> load() {
        Map<String, MachineLoad> load = new TreeMap<>();
        cluster.nodes().forEach(node -> load.put(node.name(), MachineLoad.of(node)));
        return load;
    }

    private static String memory(Map<String, MachineLoad> load) {
        return "%.0f / %.0f / %.0f"
                .formatted(
                        MachineLoad.residentMedian(load, "raptiformica"),
                        MachineLoad.residentMedian(load, "consul"),
                        MachineLoad.residentMedian(load, meshProcess()));
    }

    private static String meshProcess() {
        return switch (MeshSwitch.engine()) {
            case YGGDRASIL -> "yggdrasil";
            case CJDNS -> "cjdroute";
        };
    }

    private static String latencies(List<Duration> sorted) {
        if (sorted.isEmpty()) {
            return "none taken";
        }
        return "%d / %d / %d ms"
                .formatted(
                        sorted.get(sorted.size() / 2).toMillis(),
                        sorted.get(sorted.size() * 95 / 100).toMillis(),
                        sorted.getLast().toMillis());
    }

    private static double percent(double spent, double seconds, int nodes) {
        return spent / seconds / nodes * 100;
    }

    private static double since(long begin) {
        return Math.round((System.nanoTime() - begin) / 1e8) / 10.0;
    }

    private static String seconds(Duration duration) {
        return "%.1f s".formatted(duration.toMillis() / 1000.0);
    }

    private static void say(String text) {
        System.err.println(text);
    }

    private void print() {
        System.out.printf(
                "%s, %d cores%n%n",
                LocalDate.now(ZoneOffset.UTC), Runtime.getRuntime().availableProcessors());
        System.out.println(
                "| nodes | deployed in | then all alive | all reach all | servers as wanted | longest without a write"
                        + " | a write: median / 95 % / worst | a dead node is failed: median (worst) | CPU for a failure | for a return"
                        + " | agent idle | Consul | mesh engine | MB each |");
        System.out.println("|---".repeat(14) + "|");
        growing.forEach(System.out::println);
        System.out.println();
        System.out.println(
                "| nodes left | they left in | then all alive | servers as wanted | longest without a write | a write |");
        System.out.println("|---".repeat(6) + "|");
        shrinking.forEach(System.out::println);
    }

    /** The sizes from the command line; the tables on standard output. */
    public static void main(String... arguments) throws IOException {
        Locale.setDefault(Locale.ROOT);
        List<Integer> sizes = new ArrayList<>();
        List.of(arguments).forEach(size -> sizes.add(Integer.valueOf(size)));
        if (sizes.isEmpty()) {
            Collections.addAll(sizes, 1, 3, 10, 25, 50);
        }
        Path directory = Files.createTempDirectory("raptiformica-fifty");
        try (LanCluster cluster = new LanCluster(new Topology(directory), FiftyNodes::oneCore, true)) {
            // Also for who interrupts it: fifty machines left behind are more than one wants to look for.
            Runtime.getRuntime().addShutdownHook(new Thread(cluster::close));
            FiftyNodes fifty = new FiftyNodes(cluster);
            try {
                fifty.run(sizes);
            } finally {
                fifty.print();
            }
        } finally {
            Local.run("rm", "-r", directory.toString());
        }
    }
}
