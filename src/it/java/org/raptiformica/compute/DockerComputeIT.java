package org.raptiformica.compute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.raptiformica.config.CacheDirectory;
import org.raptiformica.config.Mapping;
import org.raptiformica.failure.PrerequisiteMissing;
import org.raptiformica.host.Command;
import org.raptiformica.host.LocalHost;
import org.raptiformica.host.MachineAddress;
import org.raptiformica.host.Outcome;
import org.raptiformica.host.SshHost;
import org.raptiformica.host.SshSettings;
import org.raptiformica.host.Waiting;
import org.raptiformica.provision.Availability;

/** The built-in Docker module with the real engine. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@Isolated("it makes and removes images")
class DockerComputeIT {

    private static final Path PROGRAM = Path.of("").toAbsolutePath();
    private static final String PREFIX = "raptiformica/compute/docker/headless/";
    private static final BootListener SAY = (instance, line) -> System.out.println(instance.id() + ": " + line);

    private final LocalHost local = new LocalHost();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @BeforeEach
    void seeToTheImage() {
        // So that the times below are those of instances.
        here(Command.of(PROGRAM.resolve("modules/compute/docker/image").toString())
                .withEnvironment("RAPTIFORMICA_CACHE_DIR", directory.toString())
                .withLimit(Duration.ofMinutes(8)));
    }

    @AfterEach
    void removeInstances() throws IOException {
        for (FoundInstance found : instances().list()) {
            instances().destroy(found.instance(), line -> {});
            assertThat(hasContainer(found.instance().id())).isFalse();
        }
        assertThat(checkouts()).isEmpty();
    }

    @Test
    void isAvailableHere() {
        ComputeTypes types = new ComputeTypes(module(), new Availability(new LocalHost(), PROGRAM, cache()));
        assertThat(types.first()).isEqualTo("docker");
    }

    @Test
    void bootsTwoAtOnceThatTheKeysLogInTo() {
        LoginKeys keys = keys();
        List<Instance> booted = Stream.of(1, 2)
                .map(i -> CompletableFuture.supplyAsync(() -> bootTimed(keys), Thread::startVirtualThread))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();
        List<String> hostKeys = new ArrayList<>();
        for (Instance instance : booted) {
            try (SshHost host = logIn(instance.address().orElseThrow())) {
                assertThat(host.run(Command.of("hostname")).out().strip()).isEqualTo(instance.name());
                assertThat(host.run(Command.of("sh", "-c", "test -c /dev/net/tun && : <> /dev/net/tun"))
                                .ok())
                        .isTrue();
                assertThat(host.run(Command.of("cat", "/proc/sys/net/ipv6/conf/all/disable_ipv6"))
                                .out())
                        .isEqualTo("0\n");
                assertThat(host.run(Command.of("nft", "list", "ruleset")).ok()).isTrue();
                hostKeys.add(host.hostKey().orElseThrow());
            }
        }
        assertThat(hostKeys).doesNotHaveDuplicates();
        assertThat(instances().list())
                .extracting(FoundInstance::state)
                .containsExactly(FoundInstance.State.ALIVE, FoundInstance.State.ALIVE);
    }

    @Test
    void knowsWhatWasKilledAndPrunesIt() throws IOException {
        Instance instance = instances().boot(type(), keys(), SAY);
        here(Command.of("docker", "kill", container(instance)));
        assertThat(instances().list()).extracting(FoundInstance::state).containsExactly(FoundInstance.State.STALE);
        assertThat(instances().prune(SAY)).extracting(Instance::id).containsExactly(instance.id());
        assertThat(hasContainer(instance.id())).isFalse();
        assertThat(checkouts()).isEmpty();
    }

    @Test
    void anEngineThatDoesNotAnswerMakesNothingStale() {
        instances().boot(type(), keys(), SAY);
        Mapping mapping = module();
        String alive = mapping.get(PREFIX + "detect_stale_instance").orElseThrow();
        Path checkout = instances().list().getFirst().instance().checkout();
        Outcome outcome = local.run(Command.of("sh", "-c", alive)
                .in(checkout)
                .withEnvironment("RAPTIFORMICA_INSTANCE", String.valueOf(checkout.getFileName()))
                .withEnvironment("DOCKER_HOST", "unix:///no/engine"));
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.err()).startsWith("cannot tell: ");
    }

    @Test
    void startsWhatRanBeforeWhenAContainerIsRestarted() {
        Instance instance = instances().boot(type(), keys(), SAY);
        MachineAddress address = instance.address().orElseThrow();
        String guard = "mkdir -p /usr/etc/raptiformica/libexec && cd /usr/etc/raptiformica/libexec"
                + " && printf '#!/bin/sh\\ntouch /run/guarded\\n' > guard && chmod +x guard";
        String key;
        try (SshHost host = logIn(address)) {
            assertThat(host.run(Command.of("sh", "-c", guard)).ok()).isTrue();
            key = host.hostKey().orElseThrow();
        }
        here(Command.of("docker", "restart", "-t", "1", container(instance)));
        try (SshHost host = logIn(address)) {
            assertThat(host.hostKey()).contains(key);
            Waiting.until(
                    "the guard",
                    Duration.ofSeconds(10),
                    () -> Optional.of(host)
                            .filter(up -> up.run(Command.of("test", "-e", "/run/guarded"))
                                    .ok()));
        }
    }

    @Test
    void aMachineBehindAForwardedPortOfThisOneIsAMachine() {
        Mapping forwarded = module().with(
                        PREFIX + "start_instance", "sed -i 's/--init/--init --publish 127.0.0.1::22/' start && ./start")
                .with(PREFIX + "get_hostname", "echo 127.0.0.1")
                .with(PREFIX + "get_port", ". ./common; docker port \"$NAME\" 22/tcp | sed 's/.*://'");
        Instance instance = instances().boot(ComputeType.of(forwarded, "docker", "headless"), keys(), SAY);
        MachineAddress address = instance.address().orElseThrow();
        assertThat(address.host()).isEqualTo("127.0.0.1");
        assertThat(address.port()).isGreaterThan(1024);
        try (SshHost host = logIn(address)) {
            assertThat(host.run(Command.of("hostname")).out().strip()).isEqualTo(instance.name());
        }
    }

    @Test
    void saysWhatTheClientLacks() throws IOException {
        assertThat(lacking("DOCKER_HOST=unix:///no/engine ./start"))
                .startsWith("compute type docker: no Docker engine answers: ")
                .contains("  Start one (sudo systemctl start docker;");
        Path tools = Files.createDirectory(directory.resolve("tools"));
        for (String tool : List.of("dirname", "printf", "tail", "cksum", "cut")) {
            Path script =
                    Files.writeString(tools.resolve(tool), "#!/bin/sh\nexec /usr/bin/%s \"$@\"\n".formatted(tool));
            assertThat(script.toFile().setExecutable(true)).isTrue();
        }
        assertThat(lacking("PATH=%s ./start".formatted(tools)))
                .startsWith("compute type docker: Docker is not installed")
                .contains("  Install it (Debian and Ubuntu: apt-get install docker.io)");
    }

    @Test
    void anotherUserMayNotUseTheEngine() {
        Outcome outcome = local.run(Command.of("setpriv", "--reuid=65534", "--clear-groups", "sh", "-c", "exec ./check")
                .in(PROGRAM.resolve("modules/compute/docker")));
        assertThat(outcome.exitCode()).isEqualTo(77);
        assertThat(outcome.err()).startsWith("user nobody may not use the Docker engine\nAdd the user to its group");
    }

    @Test
    void ctrlCDuringABootLeavesNothing() throws Exception {
        Process program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Booter.class.getName(),
                        directory.toString())
                .redirectErrorStream(true)
                .start();
        String line = program.inputReader().readLine();
        assertThat(line).contains("container raptiformica-");
        String id = line.substring(0, 32);
        assertThat(hasContainer(id)).isTrue();
        program.destroy();
        assertThat(program.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(hasContainer(id)).isFalse();
        assertThat(checkouts()).isEmpty();
    }

    /** A program that a person ends with Ctrl-C, while its instance has started and does not come up. */
    static final class Booter {
        public static void main(String[] arguments) throws IOException {
            DockerComputeIT test = new DockerComputeIT();
            test.directory = Path.of(arguments[0]);
            Mapping slow = test.module().with(PREFIX + "start_instance", "./start && sleep 60");
            test.instances().boot(ComputeType.of(slow, "docker", "headless"), test.keys(), SAY);
        }
    }

    private String lacking(String start) {
        ComputeType type = ComputeType.of(
                module().with(PREFIX + "start_instance", start).without(PREFIX + "clean_up_instance_command"),
                "docker",
                "headless");
        CompletableFuture<String> message = new CompletableFuture<>();
        assertThatThrownBy(() -> instances().boot(type, keys(), SAY))
                .isInstanceOfSatisfying(PrerequisiteMissing.class, missing -> message.complete(missing.message()));
        return message.join();
    }

    private Instance bootTimed(LoginKeys keys) {
        long start = System.nanoTime();
        Instance instance = instances().boot(type(), keys, SAY);
        long up = System.nanoTime();
        logIn(instance.address().orElseThrow()).close();
        System.out.printf(
                "%s: booted in %.2f s, logged in to after %.2f s%n",
                instance.name(), (up - start) / 1e9, (System.nanoTime() - start) / 1e9);
        return instance;
    }

    private SshHost logIn(MachineAddress address) {
        SshSettings settings = new SshSettings(cache().knownHosts(), keys().identities(), Duration.ofSeconds(5));
        return Waiting.until(
                "the login to " + address,
                Duration.ofSeconds(10),
                () -> Optional.of(SshHost.connect(settings, address)));
    }

    private static String container(Instance instance) {
        return "raptiformica-" + instance.id().substring(0, 12);
    }

    private boolean hasContainer(String id) {
        return !here(Command.of(
                        "docker", "ps", "--all", "--quiet", "--filter", "label=org.raptiformica.instance=" + id))
                .isBlank();
    }

    private List<Path> checkouts() throws IOException {
        Path parent = cache().machines("docker", "headless");
        if (!Files.isDirectory(parent)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(parent)) {
            return entries.toList();
        }
    }

    private LoginKeys keys() {
        return LoginKeys.find(cache(), directory.resolve("home"), Map.of());
    }

    private CacheDirectory cache() {
        return new CacheDirectory(directory);
    }

    private Instances instances() {
        return new Instances(cache(), PROGRAM, module());
    }

    private ComputeType type() {
        return ComputeType.of(module(), "docker", "headless");
    }

    private Mapping module() {
        try {
            JsonObject file = JsonParser.parseString(
                            Files.readString(PROGRAM.resolve("modules/compute/docker/docker.json")))
                    .getAsJsonObject();
            JsonObject commands =
                    file.getAsJsonObject("compute").getAsJsonObject("docker").getAsJsonObject("headless");
            Mapping mapping = Mapping.empty();
            for (String name : commands.keySet()) {
                mapping = mapping.with(PREFIX + name, commands.get(name).getAsString());
            }
            return mapping;
        } catch (IOException problem) {
            throw new AssertionError(problem);
        }
    }

    private String here(Command command) {
        Outcome outcome = local.run(command);
        assertThat(outcome.ok()).as("%s: %s", command.words(), outcome.err()).isTrue();
        return outcome.out();
    }
}
