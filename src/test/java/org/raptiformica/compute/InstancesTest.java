package org.raptiformica.compute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.raptiformica.compute.FoundInstance.State;
import org.raptiformica.config.CacheDirectory;
import org.raptiformica.config.Mapping;
import org.raptiformica.failure.PrerequisiteMissing;
import org.raptiformica.failure.StepFailed;
import org.raptiformica.host.Command;
import org.raptiformica.host.KnownHosts;
import org.raptiformica.host.LocalHost;
import org.raptiformica.host.MachineAddress;

/** With a compute type of plain shell commands: an "instance" lives while the file {@code alive} is in its checkout. */
@Timeout(30)
class InstancesTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final Map<String, String> commands = new TreeMap<>(Map.of(
            "source", "boxes/plain",
            "start_instance", "./start",
            "get_hostname", "echo warning: old box; echo 127.0.0.1",
            "get_port", "echo 2222",
            "detect_stale_instance", "test -e alive",
            "clean_up_instance_command", "echo \"$RAPTIFORMICA_INSTANCE\" >> ../cleaned"));

    @BeforeEach
    void aProgramWithASource() throws IOException {
        Path source = Files.createDirectories(program().resolve("boxes/plain"));
        script(source.resolve("start"), "echo starting; touch alive; cp \"$RAPTIFORMICA_AUTHORIZED_KEYS\" keys");
    }

    @Test
    void bootsAnInstanceInACopyOfItsSource() {
        List<String> printed = new ArrayList<>();
        Instance instance = instances().boot(type(), keys(), (which, line) -> printed.add(which.name() + " " + line));
        assertThat(instance.id()).matches("[0-9a-f]{32}");
        assertThat(instance.checkout())
                .isEqualTo(cache().machines("box", "headless").resolve(instance.id()));
        assertThat(instance.address()).contains(new MachineAddress("127.0.0.1", 2222, "root"));
        assertThat(printed).containsExactly(instance.name() + " starting");
        assertThat(instance.checkout().resolve("keys")).hasContent("ssh-ed25519 AAAA me");
    }

    @Test
    void givesTheCommandsTheirEnvironment() {
        commands.put("start_instance", "env | grep ^RAPTIFORMICA_ | sort");
        List<String> printed = new ArrayList<>();
        Instance instance = instances().boot(type(), keys(), (which, line) -> printed.add(line));
        assertThat(printed)
                .containsExactly(
                        "RAPTIFORMICA_AUTHORIZED_KEYS=" + directory.resolve("keys"),
                        "RAPTIFORMICA_CACHE_DIR=" + cache().root(),
                        "RAPTIFORMICA_HOME=" + program(),
                        "RAPTIFORMICA_INSTANCE=" + instance.id(),
                        "RAPTIFORMICA_SERVER_TYPE=headless");
    }

    @Test
    void clonesASourceThatIsAGitRepository() throws IOException {
        Path repository = Files.createDirectories(directory.resolve("repository"));
        script(repository.resolve("start"), "touch alive");
        git(repository, "init", "--quiet");
        git(repository, "add", "start");
        git(repository, "-c", "user.name=me", "-c", "user.email=me@here", "commit", "--quiet", "-m", "A box");
        for (String source : List.of("file://" + repository, repository.toString())) {
            commands.put("source", source);
            assertThat(boot().checkout()).isDirectoryContaining("glob:**/.git").isDirectoryContaining("glob:**/alive");
        }
    }

    @Test
    void aSourceThatIsNoneIsTheStepThatFailed() {
        commands.put("source", "file:///no/such/repository");
        assertThatThrownBy(this::boot)
                .isInstanceOf(StepFailed.class)
                .hasMessageContaining("could not be cloned: fatal: ")
                .hasMessageContaining("/no/such/repository");
        assertNothingIsLeft();
    }

    @Test
    @DisplayName("an instance is not gone because the command that asks for it was ended by a signal")
    void endedBySignal() {
        commands.put("detect_stale_instance", "kill -TERM $$");
        Instance instance = boot();
        assertThat(instances().prune((which, line) -> {})).isEmpty();
        assertThat(instance.checkout()).isDirectory();
    }

    @Test
    @DisplayName("asking which instances live is cancelled by an interrupt")
    void interruptedWhileAsking() {
        commands.put("detect_stale_instance", "sleep 20");
        boot();
        Instances asked = instances();
        Thread.currentThread().interrupt();
        assertThatThrownBy(asked::list).isInstanceOf(CancellationException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void anAbsentCommandDoesNothingAndSucceeds() {
        commands.keySet().retainAll(List.of("get_hostname"));
        Instance instance = boot();
        assertThat(instance.address()).contains(MachineAddress.of("127.0.0.1"));
        assertThat(instances().list()).extracting(FoundInstance::state).containsExactly(State.ALIVE);
        instances().destroy(instance, line -> {});
        assertNothingIsLeft();
    }

    @Test
    void aFailedStartIsToldCleanedUpAndLeavesNothing() {
        commands.put("start_instance", "touch half; echo no space left >&2; exit 5");
        assertThatThrownBy(this::boot)
                .isInstanceOf(StepFailed.class)
                .hasMessageContaining("failed with exit code 5: no space left");
        assertThat(cleaned()).hasSize(1);
        assertNothingIsLeft();
    }

    @Test
    @DisplayName("of a command that fails its first words on standard error are told, not the hint that comes last")
    void firstWords() {
        commands.put(
                "start_instance",
                "echo 'container x is made'; printf '%s\\n' 'unknown flag: --quiet' \"See 'docker cp --help'.\" >&2; exit 125");
        assertThatThrownBy(this::boot)
                .isInstanceOf(StepFailed.class)
                .hasMessageEndingWith("failed with exit code 125: unknown flag: --quiet");
        commands.put("start_instance", "true");
        commands.put("get_hostname", "echo; echo no lease yet >&2; echo giving up >&2; exit 1");
        assertThatThrownBy(this::boot).hasMessageEndingWith("get_hostname failed with exit code 1: no lease yet");
        assertNothingIsLeft();
    }

    @Test
    void whatTheClientLacksIsToldInTheWordsOfTheComputeType() {
        commands.put("start_instance", "echo noise >&2; echo there is no engine >&2; echo Install it. >&2; exit 69");
        assertThatThrownBy(this::boot)
                .isInstanceOfSatisfying(
                        PrerequisiteMissing.class,
                        missing -> assertThat(missing.message())
                                .isEqualTo("compute type box: there is no engine" + System.lineSeparator()
                                        + "  Install it."));
        assertNothingIsLeft();
    }

    @Test
    void anInstanceWithoutAnAddressLeavesNothing() {
        commands.put("get_hostname", "true");
        assertThatThrownBy(this::boot)
                .isInstanceOf(StepFailed.class)
                .hasMessageContaining("get_hostname printed nothing");
        commands.put("get_hostname", "echo 127.0.0.1");
        commands.put("get_port", "echo 'no port'");
        assertThatThrownBy(this::boot).isInstanceOf(StepFailed.class).hasMessageContaining("printed 'port'");
        assertThat(cleaned()).hasSize(2);
        assertNothingIsLeft();
    }

    @Test
    void anInterruptedBootLeavesNothing() {
        commands.put("start_instance", "touch half; echo up; sleep 60");
        Thread booting = Thread.currentThread();
        assertThatThrownBy(() -> instances().boot(type(), keys(), (which, line) -> booting.interrupt()))
                .isInstanceOf(CancellationException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(cleaned()).hasSize(1);
        assertNothingIsLeft();
    }

    @Test
    void aHostKeyOfAnEarlierMachineAtTheAddressIsForgotten() {
        MachineAddress address = new MachineAddress("127.0.0.1", 2222, "root");
        KnownHosts known = new KnownHosts(cache().knownHosts());
        known.record(address, "ssh-ed25519 AAAAold");
        boot();
        assertThat(known.keyOf(address)).isEmpty();
    }

    @Test
    void listsWhatLivesWhatIsGoneAndWhatIsBeingBooted() throws IOException {
        Instance alive = boot();
        Instance gone = boot();
        Files.delete(gone.checkout().resolve("alive"));
        List<FoundInstance> during = new ArrayList<>();
        Instance last = instances()
                .boot(type(), keys(), (which, line) -> during.addAll(instances().list()));
        assertThat(during)
                .extracting(found -> found.instance().id(), FoundInstance::state)
                .containsExactlyInAnyOrder(
                        tuple(alive.id(), State.ALIVE), tuple(gone.id(), State.STALE), tuple(last.id(), State.BOOTING));
        assertThat(instances().list())
                .contains(new FoundInstance(
                        new Instance(alive.id(), remembered(alive), alive.checkout(), alive.address()), State.ALIVE));
    }

    @Test
    void prunesWhatIsGoneAndKeepsTheRestEvenWhenTheModuleIsGone() throws IOException {
        Instance alive = boot();
        Instance gone = boot();
        Files.delete(gone.checkout().resolve("alive"));
        Instances withoutModules = new Instances(cache(), program(), Mapping.empty());
        assertThat(withoutModules.prune((which, line) -> {}))
                .extracting(Instance::id)
                .containsExactly(gone.id());
        assertThat(cleaned()).containsExactly(gone.id());
        assertThat(withoutModules.list())
                .extracting(found -> found.instance().id())
                .containsExactly(alive.id());
    }

    @Test
    void prunesWhatAKilledProcessWasBooting() throws IOException {
        Path checkout =
                Files.createDirectories(cache().machines("box", "headless").resolve("0".repeat(32)));
        Path file = checkout.resolveSibling("." + "0".repeat(32) + ".json");
        Files.writeString(
                file, "{\"booting_process\": 1, \"booting_since\": \"1970-01-01T00:00:00Z\", \"commands\": {}}");
        assertThat(instances().prune((which, line) -> {})).hasSize(1);
        assertNothingIsLeft();
    }

    @Test
    void prunesACheckoutThatWasNeverWholeWithoutItsCommands() throws IOException {
        String id = "1".repeat(32);
        Path parent = Files.createDirectories(cache().machines("box", "headless"));
        Files.createFile(
                Files.createDirectories(parent.resolve("." + id + ".partial")).resolve("half"));
        Files.writeString(parent.resolve("." + id + ".json"), "{\"booting_process\": 1, \"booting_since\": \"\"}");
        assertThat(instances().prune((which, line) -> {})).hasSize(1);
        assertThat(cleaned()).isEmpty();
        assertNothingIsLeft();
    }

    @Test
    void anInstanceOf01OrWithADamagedFileIsCleanedUpWithTheCommandsOfTheModules() throws IOException {
        Path checkout =
                Files.createDirectories(cache().machines("box", "headless").resolve("a".repeat(32)));
        Files.writeString(checkout.resolveSibling("." + "a".repeat(32) + ".json"), "{\"address\": ");
        Files.createDirectories(cache().machines("box", "headless").resolve("b".repeat(32)));
        assertThat(instances().prune((which, line) -> {})).hasSize(2);
        assertThat(cleaned()).containsExactly("a".repeat(32), "b".repeat(32));
        assertNothingIsLeft();
    }

    @Test
    void aCleanUpThatFailsKeepsWhatIsNeededToTryAgain() {
        commands.put("clean_up_instance_command", "echo engine is down >&2; exit 1");
        Instance instance = boot();
        assertThatThrownBy(() -> instances().destroy(instance, line -> {}))
                .isInstanceOf(StepFailed.class)
                .hasMessageContaining("engine is down");
        assertThat(instances().list()).hasSize(1);
    }

    @Test
    void withoutACommandThereIsNoPackaging() {
        assertThatThrownBy(() -> instances().pack(type(), line -> {}))
                .hasMessage("No packaging command specified for server type headless of compute type box");
    }

    @Test
    void packagingRunsInTheProgramsDirectory() {
        commands.put("package", "pwd");
        List<String> printed = new ArrayList<>();
        instances().pack(type(), printed::add);
        assertThat(printed).containsExactly(program().toString());
    }

    private Instance boot() {
        return instances().boot(type(), keys(), (which, line) -> {});
    }

    private Instances instances() {
        return new Instances(cache(), program(), mapping());
    }

    private ComputeType type() {
        return ComputeType.of(mapping(), "box", "headless");
    }

    /** The commands that are written down with an instance: none that boots or packages. */
    private static ComputeType remembered(Instance instance) {
        ComputeType type = instance.type();
        return new ComputeType(
                type.name(),
                type.serverType(),
                Optional.empty(),
                Optional.empty(),
                type.getHostname(),
                type.getPort(),
                type.detectStaleInstance(),
                type.cleanUpInstance(),
                Optional.empty());
    }

    private Mapping mapping() {
        Mapping mapping = Mapping.empty();
        for (Map.Entry<String, String> command : commands.entrySet()) {
            mapping = mapping.with("raptiformica/compute/box/headless/" + command.getKey(), command.getValue());
        }
        return mapping;
    }

    private CacheDirectory cache() {
        return new CacheDirectory(directory.resolve("cache dir"));
    }

    private Path program() {
        return directory.resolve("program");
    }

    private LoginKeys keys() {
        try {
            Path file = Files.writeString(directory.resolve("keys"), "ssh-ed25519 AAAA me");
            return new LoginKeys(List.of("ssh-ed25519 AAAA me"), List.of(), file);
        } catch (IOException problem) {
            throw new AssertionError(problem);
        }
    }

    private List<String> cleaned() {
        try {
            Path log = cache().machines("box", "headless").resolve("cleaned");
            return Files.exists(log) ? Files.readAllLines(log) : List.of();
        } catch (IOException problem) {
            throw new AssertionError(problem);
        }
    }

    private void assertNothingIsLeft() {
        assertThat(instances().list()).isEmpty();
        try (Stream<Path> left = Files.list(cache().machines("box", "headless"))) {
            assertThat(left.filter(file -> !file.endsWith("cleaned"))).isEmpty();
        } catch (IOException problem) {
            throw new AssertionError(problem);
        }
    }

    private static void script(Path file, String body) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private static void git(Path repository, String... arguments) {
        List<String> words = new ArrayList<>(List.of("git", "-C", repository.toString()));
        words.addAll(List.of(arguments));
        assertThat(new LocalHost().run(Command.of(words)).ok()).isTrue();
    }
}
