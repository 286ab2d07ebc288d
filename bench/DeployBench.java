import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Deploy time against the number of machines, containers on this one: `build/bench DeployBench.java`, or
 * `java bench/DeployBench.java [ROUNDS [COUNT…]]`, five rounds where nothing is said, three of more than ten machines. Ends
 * with exit code 1 where ten in parallel take three times as long as one, or longer. Needs a running Docker engine, the base image (one `spawn` makes it) and
 * the distribution; the artifacts are at hand. Works in a cache directory of its own and removes what it boots.
 */
class DeployBench {

    private static final Path PROGRAM =
            Path.of("dist/raptiformica/bin/raptiformica").toAbsolutePath();

    private static final int MANY = 10;
    private static final double LIMIT = 3;

    private final Path home;

    private DeployBench(Path home) {
        this.home = home;
    }

    public static void main(String... arguments) throws Exception {
        int wanted = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5;
        List<Integer> counts = arguments.length > 1
                ? Arrays.stream(arguments).skip(1).map(Integer::valueOf).toList()
                : List.of(1, 5, 10, 25);
        System.out.println("| machines | deploy, median s | worst s | against one | again, median s | rounds |");
        System.out.println("|---|---|---|---|---|---|");
        double one = 0;
        boolean kept = true;
        for (int count : counts) {
            int rounds = count > MANY ? Math.min(3, wanted) : wanted;
            List<Double> first = new ArrayList<>();
            List<Double> again = new ArrayList<>();
            for (int round = 0; round < rounds; round++) {
                Path home = Files.createTempDirectory("raptiformica-bench");
                double[] seconds = new DeployBench(home).round(count);
                first.add(seconds[0]);
                again.add(seconds[1]);
            }
            one = one == 0 ? median(first) : one;
            System.out.printf(
                    Locale.ROOT,
                    "| %d | %.1f | %.1f | %.2f | %.1f | %d |%n",
                    count,
                    median(first),
                    Collections.max(first),
                    median(first) / one,
                    median(again),
                    rounds);
            kept &= count != MANY || median(first) / one < LIMIT;
        }
        if (!kept) {
            System.err.println("ten machines in parallel take " + LIMIT + " times as long as one, or longer");
            System.exit(1);
        }
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private double[] round(int count) throws Exception {
        Path own = Path.of(System.getProperty("user.home"), ".raptiformica.d/artifacts");
        Path shared = Path.of(System.getenv().getOrDefault("BENCH_ARTIFACTS", own.toString()));
        Files.createDirectories(shared);
        Files.createDirectories(home.resolve(".raptiformica.d"));
        Files.createSymbolicLink(home.resolve(".raptiformica.d/artifacts"), shared);
        Path key = Files.createDirectories(home.resolve(".ssh")).resolve("id_ed25519");
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key.toString());
        String publicKey = Files.readString(home.resolve(".ssh/id_ed25519.pub")).strip();
        List<String> containers = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                containers.add(boot(publicKey));
            }
            String inventory = containers.stream()
                    .map(this::address)
                    .map(address -> "{\"dst\": \"" + address + "\"}")
                    .collect(Collectors.joining(", ", "[", "]"));
            Path file = Files.writeString(home.resolve("inventory.json"), inventory);
            String[] deploy = {
                PROGRAM.toString(), "deploy", file.toString(), "--quiet", "--concurrent", String.valueOf(count)
            };
            return new double[] {timed(deploy), timed(deploy)};
        } finally {
            for (String container : containers) {
                run("docker", "rm", "--force", container);
            }
            run("rm", "-rf", home.toString());
        }
    }

    private String boot(String publicKey) {
        String id = run(
                "docker",
                "run",
                "--detach",
                "--init",
                "--cap-add=NET_ADMIN",
                "--cap-add=NET_RAW",
                "--sysctl=net.ipv6.conf.all.disable_ipv6=0",
                "--device=/dev/net/tun",
                "raptiformica-baseimage");
        run(
                "docker",
                "exec",
                id,
                "sh",
                "-c",
                "mkdir -p /root/.ssh; echo '" + publicKey + "' >>/root/.ssh/authorized_keys");
        return id;
    }

    private String address(String container) {
        return run(
                "docker", "inspect", "--format", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", container);
    }

    private double timed(String... words) {
        long begin = System.nanoTime();
        run(words);
        return (System.nanoTime() - begin) / 1e9;
    }

    private String run(String... words) {
        try {
            ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
            builder.environment().put("HOME", home.toString());
            builder.environment().put("SSH_AUTH_SOCK", "");
            Process process = builder.start();
            process.getOutputStream().close();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(
                        String.join(" ", words) + " ended with " + process.exitValue() + "\n" + out);
            }
            return out.strip();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
