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
 * network namespaces, without agents. Needs root, ip, ping and iperf3. YGGDRASIL=FILE and CJDROUTE=FILE name the engines;
 * else they are taken from the artifacts of this user and from the PATH.
 */
class MeshBench {

    private static final String PASSWORD = "0123456789abcdef0123456789abcdef";
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final String HUB = "rbhub";

    private final Map<EngineKind, Map<String, String>> measured = new LinkedHashMap<>();
    private final Path directory;

    private MeshBench(Path directory) {
        this.directory = directory;
    }

    public static void main(String... arguments) throws Exception {
        Path directory = Files.createTempDirectory("mesh-bench");
        MeshBench bench = new MeshBench(directory);
        for (EngineKind kind : EngineKind.values()) {
            boolean wanted = arguments.length == 0 || List.of(arguments).contains(kind.word());
            if (wanted && Files.isExecutable(binary(kind))) {
                bench.measure(kind);
            } else if (wanted) {
                System.err.println("skipped: there is no " + kind.tool() + " on this machine");
            }
        }
        bench.print();
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

    private void measure(EngineKind kind) throws Exception {
        Map<String, String> row = measured.computeIfAbsent(kind, _ -> new LinkedHashMap<>());
        try (Lab lab = new Lab(kind, 3)) {
            lab.lan(0, 1);
            lab.lan(0, 2);
            lab.lan(1, 2);
            row.put("all of 3 reach all, s", seconds(lab.convergence()));
            row.put("round trip over one link, median, ms", lab.roundTrip(0, 1));
            row.put("TCP over one link, Mbit/s", lab.throughput(0, 1));
            row.put("link lost, traffic is back on the way round, s", seconds(lab.outage()));
        }
        try (Lab lab = new Lab(kind, 10)) {
            lab.lan(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
            row.put("all of 10 reach all, s", seconds(lab.convergence()));
            row.put("resident memory of a node of 10, MB", lab.memory());
        }
    }

    private static String seconds(double value) {
        return value < 0 ? "not in " + LIMIT.toSeconds() : String.format(Locale.ROOT, "%.1f", value);
    }

    private void print() {
        System.out.printf(
                "%s, %d cores; network namespaces, links all to all, without agents%n%n",
                LocalDate.now(), Runtime.getRuntime().availableProcessors());
        System.out.println("| | "
                + String.join(
                        " | ", measured.keySet().stream().map(EngineKind::word).toList()) + " |");
        System.out.println("|---".repeat(measured.size() + 1) + "|");
        measured.values().stream()
                .findFirst()
                .ifPresent(first -> first.keySet().forEach(what -> {
                    List<String> values = measured.values().stream()
                            .map(row -> row.getOrDefault(what, "-"))
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
    private final class Lab implements AutoCloseable {

        private final EngineKind kind;
        private final List<MeshEngine> engines = new ArrayList<>();
        private final List<Process> processes = new ArrayList<>();
        private final List<Integer> interfaces = new ArrayList<>();
        private final Map<String, List<PeerAddress>> dialled = new TreeMap<>();
        private int networks;

        Lab(EngineKind kind, int size) throws Exception {
            this.kind = kind;
            run("ip", "netns", "add", HUB);
            for (int i = 0; i < size; i++) {
                run("ip", "netns", "add", name(i));
                run("ip", "-n", name(i), "link", "set", "lo", "up");
                Path place = Files.createDirectories(directory.resolve(kind.word() + size + "-" + i));
                engines.add(engine(place));
                engines.get(i).ensureIdentity();
                interfaces.add(0);
            }
        }

        private MeshEngine engine(Path place) {
            return switch (kind) {
                case YGGDRASIL ->
                    new YggdrasilEngine(
                            new LocalHost(),
                            new YggdrasilPlaces(binary(kind), place.resolve("conf"), place.resolve("admin.sock")));
                case CJDNS ->
                    new CjdnsEngine(
                            new LocalHost(),
                            new CjdnsPlaces(binary(kind), place.resolve("conf"), place.resolve("pipe")));
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
                engines.get(i)
                        .configure(new MeshSettings(
                                MeshSettings.DEFAULT_PORT,
                                PASSWORD,
                                dialled.getOrDefault(name(i), List.of()),
                                MeshSettings.DEFAULT_INTERFACE,
                                MeshSettings.DEFAULT_MTU,
                                false));
            }
            long begin = System.nanoTime();
            for (int i = 0; i < engines.size(); i++) {
                List<String> words = new ArrayList<>(List.of("ip", "netns", "exec", name(i)));
                words.addAll(engines.get(i).command());
                processes.add(new ProcessBuilder(words)
                        .redirectErrorStream(true)
                        .redirectOutput(
                                directory.resolve(kind.word() + i + ".log").toFile())
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
            return -1;
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

        String roundTrip(int from, int to) throws Exception {
            String out = run("ip", "netns", "exec", name(from), "ping", "-6", "-c", "30", "-i", "0.1", mesh(to));
            double[] times = Pattern.compile("time=([0-9.]+)")
                    .matcher(out)
                    .results()
                    .mapToDouble(found -> Double.parseDouble(found.group(1)))
                    .sorted()
                    .toArray();
            return times.length == 0 ? "-" : String.format(Locale.ROOT, "%.2f", times[times.length / 2]);
        }

        String throughput(int from, int to) throws Exception {
            Process server = new ProcessBuilder("ip", "netns", "exec", name(to), "iperf3", "-s", "-1", "-B", mesh(to))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String[] out = {""};
            until(System.nanoTime(), () -> {
                try {
                    out[0] = run(
                            "ip", "netns", "exec", name(from), "iperf3", "-6", "-c", mesh(to), "-t", "8", "-f", "m");
                } catch (IOException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return !out[0].startsWith("failed") || !server.isAlive();
            });
            server.destroy();
            Matcher received =
                    Pattern.compile("([0-9.]+) Mbits/sec\\s+receiver").matcher(out[0]);
            return received.find() ? received.group(1) : "-";
        }

        /** Takes the direct way between two nodes out, without a word to either, and waits for traffic between them. */
        double outage() throws Exception {
            run("ip", "-n", HUB, "link", "set", "p0x0", "nomaster");
            return until(System.nanoTime(), () -> answers(0, 1) && answers(1, 0));
        }

        /** The median of the nodes; of all processes of the engine. */
        String memory() throws Exception {
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
            return String.format(Locale.ROOT, "%.1f", sizes.get(sizes.size() / 2));
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
