import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.raptiformica.host.LocalHost;
import org.raptiformica.mesh.EngineKind;
import org.raptiformica.mesh.MeshEngine;
import org.raptiformica.mesh.MeshSettings;
import org.raptiformica.mesh.PeerAddress;
import org.raptiformica.mesh.cjdns.CjdnsEngine;
import org.raptiformica.mesh.cjdns.CjdnsPlaces;
import org.raptiformica.mesh.yggdrasil.YggdrasilEngine;
import org.raptiformica.mesh.yggdrasil.YggdrasilPlaces;

/**
 * Puts the mesh engines beside each other: `build/bench MeshBench.java`, which measures those that are on this machine, in
 * network namespaces, without agents, the engines in turn, for five rounds or as many as are asked for: medians, and in
 * brackets the worst. {@code build/bench MeshBench.java [ROUNDS] [ENGINE…]}. Needs root, ip, ping and iperf3. YGGDRASIL=FILE and CJDROUTE=FILE name the engines;
 * else they are taken from the artifacts of this user and from the PATH.
 */
class MeshBench {

    private static final String PASSWORD = "0123456789abcdef0123456789abcdef";
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final String HUB = "rbhub";

    private static final int ROUNDS = 5;

    private final Map<EngineKind, Map<String, List<Double>>> measured = new LinkedHashMap<>();

    public static void main(String... arguments) throws Exception {
        Path directory = Files.createTempDirectory("mesh-bench");
        MeshBench bench = new MeshBench();
        List<String> words = new ArrayList<>(List.of(arguments));
        int rounds =
                words.isEmpty() || !words.getFirst().matches("[0-9]+") ? ROUNDS : Integer.parseInt(words.removeFirst());
        List<EngineKind> kinds = Arrays.stream(EngineKind.values())
                .filter(kind -> words.isEmpty() || words.contains(kind.word()))
                .filter(MeshBench::present)
                .toList();
        for (int round = 0; round < rounds; round++) {
            for (EngineKind kind : kinds) {
                bench.measure(kind, directory.resolve("round" + round));
            }
        }
        bench.print(rounds);
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(java.util.Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        }
    }

    private static Path binary(EngineKind kind) {
        Path artifact = Path.of(System.getProperty("user.home"), ".raptiformica.d/artifacts", "x86_64", kind.tool());
        return Stream.concat(
                        Stream.ofNullable(System.getenv(kind.tool().toUpperCase(Locale.ROOT)))
                                .map(Path::of),
                        Stream.concat(
                                Stream.of(artifact.resolve(kind.tool())),
                                Arrays.stream(System.getenv("PATH").split(":"))
                                        .map(place -> Path.of(place, kind.tool()))))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(Path.of("/nonexistent"));
    }

    private static boolean present(EngineKind kind) {
        boolean present = Files.isExecutable(binary(kind));
        if (!present) {
            System.err.println("skipped: there is no " + kind.tool() + " on this machine");
        }
        return present;
    }

    private void measure(EngineKind kind, Path place) throws Exception {
        try (Lab lab = new Lab(kind, 3, place.resolve("three"))) {
            lab.lan(0, 1);
            lab.lan(0, 2);
            lab.lan(1, 2);
            note(kind, "all of 3 reach all, s", lab.convergence());
            note(kind, "round trip over one link, ms", lab.roundTrip(0, 1));
            note(kind, "TCP over one link, Mbit/s", lab.throughput(0, 1));
            note(kind, "link lost, traffic is back on the way round, s", lab.outage());
        }
        try (Lab lab = new Lab(kind, 3, place.resolve("row"))) {
            lab.lan(0, 1);
            lab.lan(1, 2);
            lab.convergence();
            note(kind, "round trip over two links, ms", lab.roundTrip(0, 2));
            note(kind, "TCP over two links, Mbit/s", lab.throughput(0, 2));
        }
        try (Lab lab = new Lab(kind, 10, place.resolve("ten"))) {
            lab.lan(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
            note(kind, "all of 10 reach all, s", lab.convergence());
            note(kind, "resident memory of a node of 10, MB", lab.memory());
        }
    }

    private void note(EngineKind kind, String what, double value) {
        measured.computeIfAbsent(kind, _ -> new LinkedHashMap<>())
                .computeIfAbsent(what, _ -> new ArrayList<>())
                .add(value);
    }

    /** The median, and the worst, which of a throughput is the least. */
    private static String told(String what, List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        double worst = what.endsWith("bit/s") ? sorted.getFirst() : sorted.getLast();
        return String.format(Locale.ROOT, "%.2f (%.2f)", sorted.get(sorted.size() / 2), worst);
    }

    private void print(int rounds) {
        System.out.printf(
                "%s, %d cores; network namespaces, links all to all, without agents; medians of %d rounds, the worst in"
                        + " brackets%n%n",
                LocalDate.now(), Runtime.getRuntime().availableProcessors(), rounds);
        System.out.println("| | "
                + String.join(
                        " | ", measured.keySet().stream().map(EngineKind::word).toList()) + " |");
        System.out.println("|---".repeat(measured.size() + 1) + "|");
        measured.values().stream()
                .findFirst()
                .ifPresent(first -> first.keySet().forEach(what -> {
                    List<String> values = measured.values().stream()
                            .map(row -> told(what, row.getOrDefault(what, List.of(Double.NaN))))
                            .toList();
                    System.out.println("| " + what + " | " + String.join(" | ", values) + " |");
                }));
    }

    private static String run(String... words) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return process.exitValue() == 0 ? out : "failed: " + out;
    }

    /** Nodes in namespaces; each local network is a bridge in a namespace between them. */
    private static final class Lab implements AutoCloseable {

        private final EngineKind kind;
        private final List<MeshEngine> engines = new ArrayList<>();
        private final List<Process> processes = new ArrayList<>();
        private final List<Integer> interfaces = new ArrayList<>();
        private final Map<String, List<PeerAddress>> dialled = new TreeMap<>();
        private final Path place;
        private int networks;

        Lab(EngineKind kind, int size, Path place) throws Exception {
            this.kind = kind;
            this.place = Files.createDirectories(place);
            run("ip", "netns", "add", HUB);
            for (int i = 0; i < size; i++) {
                run("ip", "netns", "add", name(i));
                run("ip", "-n", name(i), "link", "set", "lo", "up");
                engines.add(engine(Files.createDirectories(place.resolve(kind.word() + i))));
                engines.get(i).ensureIdentity();
                interfaces.add(0);
            }
        }

        private MeshEngine engine(Path files) {
            return switch (kind) {
                case YGGDRASIL ->
                    new YggdrasilEngine(
                            new LocalHost(),
                            new YggdrasilPlaces(binary(kind), files.resolve("conf"), files.resolve("admin.sock")));
                case CJDNS ->
                    new CjdnsEngine(
                            new LocalHost(),
                            new CjdnsPlaces(binary(kind), files.resolve("conf"), files.resolve("pipe")));
            };
        }

        private String name(int node) {
            return "rb" + node;
        }

        /** Joins nodes; each dials those before it. */
        void lan(int... nodes) throws Exception {
            int number = networks++;
            run("ip", "-n", HUB, "link", "add", "br" + number, "type", "bridge");
            run("ip", "-n", HUB, "link", "set", "br" + number, "up");
            for (int at = 0; at < nodes.length; at++) {
                int node = nodes[at];
                String end = "eth" + interfaces.get(node);
                interfaces.set(node, interfaces.get(node) + 1);
                String port = "p" + number + "x" + node;
                run(
                        "ip",
                        "link",
                        "add",
                        "name",
                        end,
                        "netns",
                        name(node),
                        "type",
                        "veth",
                        "peer",
                        "name",
                        port,
                        "netns",
                        HUB);
                run("ip", "-n", HUB, "link", "set", port, "master", "br" + number, "up");
                run("ip", "-n", name(node), "address", "add", address(number, node) + "/24", "dev", end);
                run("ip", "-n", name(node), "link", "set", end, "up");
                for (int before = 0; before < at; before++) {
                    int other = nodes[before];
                    String key = engines.get(other).ensureIdentity().publicKey();
                    dialled.computeIfAbsent(name(node), _ -> new ArrayList<>())
                            .add(new PeerAddress(
                                    key,
                                    kind.transports().getFirst(),
                                    address(number, other),
                                    MeshSettings.DEFAULT_PORT));
                }
            }
        }

        private static String address(int network, int node) {
            return "10.97." + network + "." + (node + 1);
        }

        /** Starts all engines at once; the seconds until every node has had an answer from every other. */
        double convergence() throws Exception {
            for (int i = 0; i < engines.size(); i++) {
                engines.get(i).configure(MeshSettings.of(PASSWORD, dialled.getOrDefault(name(i), List.of())));
            }
            long begin = System.nanoTime();
            for (int i = 0; i < engines.size(); i++) {
                List<String> words = new ArrayList<>(List.of("ip", "netns", "exec", name(i)));
                words.addAll(engines.get(i).command());
                processes.add(new ProcessBuilder(words)
                        .redirectErrorStream(true)
                        .redirectOutput(place.resolve(kind.word() + i + ".log").toFile())
                        .start());
            }
            Map<String, Boolean> reached = new ConcurrentHashMap<>();
            int pairs = engines.size() * (engines.size() - 1);
            return until(begin, () -> {
                try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                    for (int from = 0; from < engines.size(); from++) {
                        for (int to = 0; to < engines.size(); to++) {
                            String pair = from + " " + to;
                            int source = from;
                            int target = to;
                            if (from != to && !reached.containsKey(pair)) {
                                threads.execute(() -> {
                                    if (answers(source, target)) {
                                        reached.put(pair, true);
                                    }
                                });
                            }
                        }
                    }
                }
                return reached.size() == pairs;
            });
        }

        private double until(long begin, BooleanSupplier holds) {
            while (System.nanoTime() - begin < LIMIT.toNanos()) {
                if (holds.getAsBoolean()) {
                    return (System.nanoTime() - begin) / 1e9;
                }
            }
            return LIMIT.toSeconds();
        }

        private boolean answers(int from, int to) {
            try {
                return run("ip", "netns", "exec", name(from), "ping", "-6", "-c1", "-W1", mesh(to))
                        .contains("1 received");
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        private String mesh(int node) {
            return engines.get(node).ensureIdentity().address().getHostAddress();
        }

        double roundTrip(int from, int to) throws Exception {
            String out = run("ip", "netns", "exec", name(from), "ping", "-6", "-c", "30", "-i", "0.1", mesh(to));
            double[] times = Pattern.compile("time=([0-9.]+)")
                    .matcher(out)
                    .results()
                    .mapToDouble(found -> Double.parseDouble(found.group(1)))
                    .sorted()
                    .toArray();
            return times.length == 0 ? Double.NaN : times[times.length / 2];
        }

        double throughput(int from, int to) throws Exception {
            Process server = new ProcessBuilder("ip", "netns", "exec", name(to), "iperf3", "-s", "-1", "-B", mesh(to))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String[] out = {""};
            until(System.nanoTime(), () -> {
                try {
                    out[0] = run(
                            "ip", "netns", "exec", name(from), "iperf3", "-6", "-c", mesh(to), "-t", "4", "-f", "m");
                } catch (IOException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return !out[0].startsWith("failed") || !server.isAlive();
            });
            server.destroy();
            Matcher received =
                    Pattern.compile("([0-9.]+) Mbits/sec\\s+receiver").matcher(out[0]);
            return received.find() ? Double.parseDouble(received.group(1)) : Double.NaN;
        }

        /** Takes the direct way between two nodes out, without a word to either, and waits for traffic between them. */
        double outage() throws Exception {
            run("ip", "-n", HUB, "link", "set", "p0x0", "nomaster");
            return until(System.nanoTime(), () -> answers(0, 1) && answers(1, 0));
        }

        /** The median of the nodes; of all processes of the engine. */
        double memory() throws Exception {
            List<Double> sizes = new ArrayList<>();
            for (Process process : processes) {
                List<Long> ids = new ArrayList<>(List.of(process.pid()));
                process.descendants().map(ProcessHandle::pid).forEach(ids::add);
                double sum = 0;
                for (long id : ids) {
                    sum += resident(id);
                }
                sizes.add(sum / 1024);
            }
            sizes.sort(null);
            return sizes.get(sizes.size() / 2);
        }

        private static double resident(long id) throws IOException {
            return Files.readAllLines(Path.of("/proc", Long.toString(id), "status")).stream()
                    .filter(line -> line.startsWith("VmRSS"))
                    .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElse(0);
        }

        @Override
        public void close() throws Exception {
            processes.forEach(Process::destroy);
            for (Process process : processes) {
                process.waitFor(20, TimeUnit.SECONDS);
            }
            for (int i = 0; i < engines.size(); i++) {
                run("ip", "netns", "delete", name(i));
            }
            run("ip", "netns", "delete", HUB);
        }
    }
}
