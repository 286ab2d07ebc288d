import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Measures the main job on this machine and prints a table: `make bench`, or `java bench/ClusterBench.java [ROUNDS]`. Needs
 * a running Docker engine and the distribution (`make dist`). Works in a cache directory of its own and cleans it up.
 */
class ClusterBench {

    private static final Path PROGRAM =
            Path.of("dist/raptiformica/bin/raptiformica").toAbsolutePath();
    private static final Pattern STEP = Pattern.compile("\"step\": \"([^\"]+)\",\\s*\"seconds\": ([0-9.]+)");
    private static final int STARTS = 20;

    private final Map<String, List<Double>> measured = new LinkedHashMap<>();
    private final Path home;

    private ClusterBench(Path home) {
        this.home = home;
    }

    public static void main(String... arguments) throws Exception {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 3;
        Path home = Files.createTempDirectory("raptiformica-bench");
        ClusterBench bench = new ClusterBench(home);
        bench.shareArtifacts();
        for (int round = 0; round < rounds; round++) {
            System.err.println("round " + (round + 1) + " of " + rounds);
            bench.round(round == rounds - 1);
        }
        bench.print(rounds);
        Files.walk(home)
                .sorted(java.util.Comparator.reverseOrder())
                .forEach(path -> path.toFile().delete());
    }

    /** "Image and artifacts at hand" is what the promise is about, so the user's own artifacts are used. */
    private void shareArtifacts() throws IOException {
        Path own = Path.of(System.getProperty("user.home"), ".raptiformica.d/artifacts");
        Files.createDirectories(own);
        Files.createDirectories(home.resolve(".raptiformica.d"));
        Files.createSymbolicLink(home.resolve(".raptiformica.d/artifacts"), own);
    }

    private void round(boolean last) throws Exception {
        try {
            String result = timed("spawn --count 3, to a usable store", "spawn", "--count", "3", "--output", "json");
            slowestSteps(result);
            String host = firstGroup("\"machine\": \"([^\"]+)\"", result);
            timed("a node slaved again", "slave", host);
            for (int i = 0; i < STARTS; i++) {
                timed("--version", "--version");
            }
            for (int i = 0; i < 5; i++) {
                timed("members, from the client", "members");
            }
            membersOnANode(host);
            if (last) {
                idle(host);
            }
        } finally {
            run("destroy");
        }
    }

    /** What the slowest of the three took for each step: they run in parallel. */
    private void slowestSteps(String json) {
        Map<String, Double> slowest = new LinkedHashMap<>();
        Matcher step = STEP.matcher(json);
        while (step.find()) {
            slowest.merge("  step: " + step.group(1), Double.parseDouble(step.group(2)), Math::max);
        }
        slowest.forEach(this::keep);
    }

    private void membersOnANode(String host) throws Exception {
        String script =
                "for i in 1 2 3 4 5 6; do a=$(date +%s%N); /usr/etc/raptiformica/bin/raptiformica members >/dev/null;"
                        + " b=$(date +%s%N); echo $(( (b - a) / 1000000 )); done";
        List<String> times = run("ssh", host, "sh", "-c", script).lines().toList();
        times.stream().skip(1).forEach(time -> keep("members, on a node", Double.parseDouble(time.strip()) / 1000));
    }

    /** Resident memory and processor time of the three processes over a quiet half minute. */
    private void idle(String host) throws Exception {
        Thread.sleep(20_000);
        String script = "for f in /run/raptiformica/*.pid; do p=$(cut -d' ' -f1 $f); n=$(basename $f .pid);"
                + " echo $n $p; done";
        for (String line : run("ssh", host, "sh", "-c", script).lines().toList()) {
            String[] words = line.split(" ");
            String[] before = usage(host, words[1]);
            Thread.sleep(10_000);
            String[] after = usage(host, words[1]);
            keep("idle " + words[0] + ": resident MB", Double.parseDouble(after[0]) / 1024);
            double ticks = Double.parseDouble(after[1]) - Double.parseDouble(before[1]);
            keep("idle " + words[0] + ": % of a core", ticks / 100 / 10 * 100);
        }
    }

    private String[] usage(String host, String pid) throws Exception {
        String script = "echo $(awk '/VmRSS/{print $2}' /proc/" + pid + "/status)" + " $(awk '{print $14 + $15}' /proc/"
                + pid + "/stat)";
        return run("ssh", host, "sh", "-c", script).strip().split(" ");
    }

    private static String firstGroup(String pattern, String text) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        if (!matcher.find()) {
            throw new IllegalStateException("no " + pattern + " in\n" + text);
        }
        return matcher.group(1);
    }

    private String timed(String what, String... arguments) throws Exception {
        long begin = System.nanoTime();
        String out = run(arguments);
        keep(what, (System.nanoTime() - begin) / 1e9);
        return out;
    }

    private void keep(String what, double value) {
        measured.computeIfAbsent(what, _ -> new ArrayList<>()).add(value);
    }

    private String run(String... arguments) throws Exception {
        List<String> words = new ArrayList<>(List.of(PROGRAM.toString()));
        words.addAll(Arrays.asList(arguments));
        ProcessBuilder builder = new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("HOME", home.toString());
        Process process = builder.start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(words + " ended with " + process.exitValue() + "\n" + out);
        }
        return out;
    }

    private void print(int rounds) throws IOException {
        System.out.printf(
                Locale.ROOT,
                "%s, %d cores, %s; %d rounds, medians (worst); seconds unless said otherwise%n%n",
                LocalDate.now(),
                Runtime.getRuntime().availableProcessors(),
                memory(),
                rounds);
        System.out.println("| what | median | worst |");
        System.out.println("|---|---|---|");
        measured.forEach((what, values) -> {
            double[] sorted =
                    values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
            System.out.printf(
                    Locale.ROOT, "| %s | %.2f | %.2f |%n", what, sorted[sorted.length / 2], sorted[sorted.length - 1]);
        });
    }

    private static String memory() throws IOException {
        long kilobytes = Files.readAllLines(Path.of("/proc/meminfo")).stream()
                .filter(line -> line.startsWith("MemTotal"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElse(0);
        return kilobytes / 1024 / 1024 + " GiB";
    }
}
