package org.raptiformica.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.raptiformica.failure.Failure;
import org.raptiformica.failure.MachineUnreachable;
import org.raptiformica.failure.MachineUnsuitable;
import org.raptiformica.failure.StepFailed;

/** Against a real SSH server in a container. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@TestInstance(Lifecycle.PER_CLASS)
class SshHostIT {

    private static final long UPLOAD = 512L * 1024 * 1024;

    /** Ten times what it takes at most on a busy machine. */
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final Path directory;

    /** The machine of all tests that leave it as it was; one that changes it for the others starts its own. */
    @SuppressWarnings("NullAway.Init")
    private DockerMachine machine;

    SshHostIT(@TempDir Path directory) {
        this.directory = directory;
    }

    @BeforeAll
    void startMachine() throws IOException {
        machine = DockerMachine.start(directory);
    }

    @BeforeEach
    void forgetHostKeys() throws IOException {
        Files.deleteIfExists(machine.settings().knownHosts());
    }

    @AfterAll
    void removeMachine() {
        machine.close();
    }

    @Test
    void runsACommandAsItIsOnTheFarSide() {
        try (SshHost host = machine.connect()) {
            assertThat(host.run(Command.of("printf", "%s|", "a b", "$HOME", "it's", "*", "", "ü\n\"\\"))
                            .out())
                    .isEqualTo("a b|$HOME|it's|*||ü\n\"\\|");
            Command command = Command.of("sh", "-c", "echo $WHO; pwd; echo err >&2; exit 7")
                    .withEnvironment("WHO", "it's me")
                    .in(Path.of("/usr/bin"));
            assertThat(host.run(command)).isEqualTo(new Outcome(7, "it's me\n/usr/bin\n", "err\n"));
            assertThat(host.run(Command.of("cat")).ok()).isTrue();
            assertThat(host.run(Command.of("no-such-program")).exitCode()).isEqualTo(127);
            assertThat(host.run(Command.of("sh", "-c", "exit 255")).exitCode()).isEqualTo(255);
        }
    }

    @Test
    @DisplayName(
            "what a start-up file of the login shell prints is not a command's output, nor does half a line confuse")
    void noisyLoginShell() {
        beginOfLoginShell("echo noise; echo more noise >&2; printf half; printf half >&2");
        List<String> told = new ArrayList<>();
        try (SshHost host = machine.connect()) {
            Command command =
                    Command.of("sh", "-c", "echo out; echo err >&2; cat").withInput(new Input.Text("in"));
            assertThat(host.run(command)).isEqualTo(new Outcome(0, "out\nin", "err\n"));
            host.run(Command.of("echo", "line"), told::add);
            assertThat(told).contains("line").noneMatch(line -> line.contains("raptiformica-"));
        } finally {
            beginOfLoginShell("");
        }
    }

    /** Debian's bash reads this file for each command too that sshd has it run. */
    private void beginOfLoginShell(String script) {
        machine.inside("sh", "-c", "cat > /root/.bashrc <<'END'\n" + script + "\nEND");
    }

    @Test
    void streamsAnUploadAtFullSpeed() {
        try (SshHost host = machine.connect()) {
            long start = System.nanoTime();
            Outcome outcome = host.run(Command.of("wc", "-c").withInput(new Input.Stream(out -> {
                byte[] chunk = new byte[64 * 1024];
                for (long sent = 0; sent < UPLOAD; sent += chunk.length) {
                    out.write(chunk);
                }
            })));
            double seconds = (System.nanoTime() - start) / 1e9;
            System.out.printf("upload: %.0f MB/s%n", UPLOAD / 1e6 / seconds);
            assertThat(outcome.out().strip()).isEqualTo(String.valueOf(UPLOAD));
        }
    }

    @Test
    void anInputThatBreaksOffLeavesNoCommandThatTakesHalfForAll() {
        try (SshHost host = machine.connect()) {
            Command command = Command.of("sh", "-c", "cat > /tmp/part; mv /tmp/part /tmp/whole")
                    .withInput(new Input.Stream(out -> {
                        out.write(new byte[1_000_000]);
                        throw new IOException("disk error");
                    }));
            assertThatThrownBy(() -> host.run(command)).isInstanceOf(StepFailed.class);
            assertThat(host.run(Command.of("test", "-e", "/tmp/whole")).ok()).isFalse();
        }
    }

    @Test
    @DisplayName("a socket over there can be used here, until the connection is closed")
    void forwardsASocket() {
        String listen = "use IO::Socket::UNIX; $s = IO::Socket::UNIX->new(Local => '/tmp/s', Listen => 5);"
                + " while ($c = $s->accept) { print $c 'heard ' . <$c>; close $c }";
        Path near;
        try (SshHost host = machine.connect()) {
            near = host.forwarded(Path.of("/tmp/s")).orElseThrow();
            assertThat(said(near, "nobody?\n")).as("nothing listens yet").isEmpty();

            host.run(Command.of(
                    "sh", "-c", "perl -e \"$1\" >/dev/null 2>&1 & until [ -S /tmp/s ]; do :; done", "sh", listen));
            assertThat(said(near, "one\n")).isEqualTo("heard one\n");

            assertThatThrownBy(() -> host.run(Command.of("sh", "-c", "kill -9 $PPID; sleep 60")))
                    .isInstanceOf(MachineUnreachable.class);
            assertThatThrownBy(host::requireConnection)
                    .as("a master that is gone is seen")
                    .isInstanceOf(MachineUnreachable.class);
            near = host.forwarded(Path.of("/tmp/s")).orElseThrow();
            assertThat(said(near, "two\n")).as("after the connection was lost").isEqualTo("heard two\n");
        }
        assertThat(near).doesNotExist();
    }

    private static String said(Path socket, String line) {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            channel.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)));
            return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException hungUp) {
            return "";
        }
    }

    @Test
    void manyCommandsShareTheConnection() {
        try (SshHost host = machine.connect()) {
            List<String> answers = IntStream.range(0, 24)
                    .mapToObj(i -> CompletableFuture.supplyAsync(
                            () -> host.run(Command.of("echo", String.valueOf(i)))
                                    .out(),
                            Thread::startVirtualThread))
                    .toList()
                    .stream()
                    .map(CompletableFuture::join)
                    .toList();
            assertThat(answers)
                    .containsExactlyElementsOf(
                            IntStream.range(0, 24).mapToObj(i -> i + "\n").toList());
        }
    }

    @Test
    void aLimitKillsWhatRunsOnTheFarSide() {
        try (SshHost host = machine.connect()) {
            Command command = Command.of("sh", "-c", "trap '' TERM; sleep 4001 & sleep 4002; sleep 4003")
                    .withLimit(Duration.ofSeconds(1));
            assertThatThrownBy(() -> host.run(command))
                    .isInstanceOfSatisfying(
                            StepFailed.class,
                            late -> assertThat(late.message())
                                    .startsWith(machine.address() + ": `sh -c ")
                                    .contains("did not end within 1 s"));
            assertThat(runningInside()).doesNotContain("sleep 400");
        }
    }

    /** What the machine runs; not what has ended and only waits for its parent to hear of it. */
    private String runningInside() {
        return machine.inside("ps", "-A", "-o", "stat,args")
                .lines()
                .filter(line -> !line.startsWith("Z"))
                .collect(Collectors.joining("\n"));
    }

    @Test
    void anInterruptKillsWhatRunsOnTheFarSide() {
        try (SshHost host = machine.connect()) {
            Thread caller = Thread.currentThread();
            assertThatThrownBy(
                            () -> host.run(Command.of("sh", "-c", "echo up; sleep 3004"), line -> caller.interrupt()))
                    .isInstanceOf(CancellationException.class);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(runningInside()).doesNotContain("sleep 3004");
        }
    }

    @Test
    void recordsTheHostKeyAtFirstContact() {
        try (SshHost host = machine.connect()) {
            String key = machine.inside("cat", "/etc/ssh/ssh_host_ed25519_key.pub");
            assertThat(key).startsWith(host.hostKey().orElseThrow());
            assertThat(new KnownHosts(machine.settings().knownHosts()).keyOf(machine.address()))
                    .isEqualTo(host.hostKey());
        }
    }

    @Test
    void refusesAChangedHostKeyAndSaysHowToAcceptIt() {
        KnownHosts known = new KnownHosts(machine.settings().knownHosts());
        String other = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJqg3mIYJpVvDHJqFd2Nc+MVWvJVzxRb0lTzcYiVbqyL";
        known.record(machine.address(), other);
        String fingerprint = machine.inside("ssh-keygen", "-lf", "/etc/ssh/ssh_host_ed25519_key.pub");
        Failure failure = refusal(machine.settings(), machine.address());
        assertThat(failure.what())
                .startsWith("its host key is not the one recorded in "
                        + machine.settings().knownHosts() + " line 1")
                .endsWith("it is now " + fingerprint.split(" ", -1)[1]);
        String command = "ssh-keygen -f " + machine.settings().knownHosts() + " -R " + machine.address();
        assertThat(failure.remedy()).endsWith(command);
        new LocalHost().run(Command.of("sh", "-c", command));
        machine.connect().close();
    }

    @Test
    void saysWhichKeysWereOfferedInVain() {
        Path wrong = directory.resolve("wrong");
        new LocalHost().run(Command.of("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", wrong.toString()));
        SshSettings settings = new SshSettings(machine.settings().knownHosts(), List.of(wrong), LIMIT);
        Failure failure = refusal(settings, machine.address());
        assertThat(failure.what()).matches("does not let root log in \\(offered: .*" + wrong + " ED25519 SHA256:.*\\)");
        assertThat(failure.remedy())
                .isEqualTo("Put your public key into /root/.ssh/authorized_keys on the machine, as with:"
                        + " ssh-copy-id root@" + machine.address());
    }

    @Test
    void tellsAMachineThatRefusesFromOneThatIsSilentAndFromNone() {
        MachineAddress refusing = new MachineAddress(machine.address().host(), 23, "root");
        assertThat(refusal(machine.settings(), refusing).what()).isEqualTo("refuses connections on port 23");

        MachineAddress unknown = MachineAddress.of("no-such-machine.invalid");
        assertThat(refusal(machine.settings(), unknown).what())
                .isEqualTo("no machine is known by the name no-such-machine.invalid");

        machine.inside(
                "nft", "add table ip wall; add chain ip wall in { type filter hook input priority 0; policy drop; }");
        try {
            SshSettings settings = new SshSettings(machine.settings().knownHosts(), List.of(), Duration.ofSeconds(2));
            assertThat(refusal(settings, machine.address()).what()).isEqualTo("does not answer on port 22 within 2 s");
        } finally {
            machine.inside("nft", "delete table ip wall");
        }
    }

    @Test
    void reachesAServerOnAnotherPort() {
        machine.inside("sh", "-c", "/usr/sbin/sshd -p 2200");
        SshHost.connect(machine.settings(), new MachineAddress(machine.address().host(), 2200, "root"))
                .close();
    }

    @Test
    void anAccountWithoutAShellIsUnsuitable() {
        machine.inside("useradd", "--create-home", "--shell", "/usr/sbin/nologin", "guest");
        machine.inside("cp", "-r", "/root/.ssh", "/home/guest/.ssh");
        machine.inside("chown", "-R", "guest", "/home/guest/.ssh");
        MachineAddress guest = new MachineAddress(machine.address().host(), 22, "guest");
        assertThatThrownBy(() -> SshHost.connect(machine.settings(), guest))
                .isInstanceOfSatisfying(
                        MachineUnsuitable.class,
                        unsuitable -> assertThat(unsuitable.what())
                                .isEqualTo("has no POSIX shell for guest: This account is currently not available."));
    }

    @Test
    void aLoginShellOfAnotherKindDoesNotMatter() {
        machine.inside("sh", "-c", "printf '#!/bin/sh\\nshift; exec sh -c \"$1\"\\n' > /bin/odd; chmod +x /bin/odd");
        machine.inside("usermod", "--shell", "/bin/odd", "root");
        try (SshHost host = machine.connect()) {
            assertThat(host.run(Command.of("echo", "$a b")).out()).isEqualTo("$a b\n");
        } finally {
            machine.inside("usermod", "--shell", "/bin/bash", "root");
        }
    }

    @Test
    void aConnectionThatIsLostDuringACommandIsToldAndOpensAgainForTheNext() {
        try (SshHost host = machine.connect()) {
            assertThatThrownBy(() -> host.run(Command.of("sh", "-c", "kill -9 $PPID; sleep 60")))
                    .isInstanceOfSatisfying(
                            MachineUnreachable.class,
                            lost -> assertThat(lost.what())
                                    .startsWith("the connection was lost while `sh -c 'kill -9 $PPID; sleep 60'` ran"));
            assertThat(host.run(Command.of("echo", "again")).out()).isEqualTo("again\n");
        }
    }

    @Test
    void whatRanWhenTheConnectionWasLostIsEndedBeforeItIsRunAgain() {
        try (SshHost host = machine.connect()) {
            loseTheConnectionToACommandThatGoesOn(host);
            host.reopen();
            assertBegunHasEnded();
        }
    }

    @Test
    @DisplayName("a command is ended too that loses the connection before its standard error came through")
    void whatLosesTheConnectionAtOnceIsEnded() {
        beginOfLoginShell("exec 2> >(sleep 0.5; exec cat >&2)");
        try (SshHost host = machine.connect()) {
            loseTheConnectionToACommandThatGoesOn(host);
            host.reopen();
            assertBegunHasEnded();
        } finally {
            beginOfLoginShell("");
        }
    }

    @Test
    @DisplayName(
            "where many commands lose the connection, all of them are told, and each has ended before it runs again")
    void manyCommandsLoseTheConnection() {
        machine.inside("sh", "-c", "rm -f /tmp/again /tmp/held.* /tmp/runs.*");
        try (SshHost host = machine.connect()) {
            List<CompletableFuture<String>> all = IntStream.range(0, 4)
                    .mapToObj(i -> CompletableFuture.supplyAsync(() -> runTwice(host, i), Thread::startVirtualThread))
                    .toList();
            Waiting.until(
                    "four commands that run",
                    LIMIT,
                    () -> Optional.of(machine.inside("sh", "-c", "ls /tmp | grep -c ^runs || true"))
                            .filter("4\n"::equals));
            machine.inside("touch", "/tmp/again");
            machine.inside("pkill", "-9", "-f", "root@notty");
            assertThat(all).allSatisfy(one -> assertThat(one.join()).isEqualTo("again\n"));
        }
    }

    /** The first run holds a lock for as long as it lives, every other one for two seconds after it is asked to end. */
    private static String runTwice(SshHost host, int number) {
        Command command = Command.of(
                "sh",
                "-c",
                "exec 9> /tmp/held.$0; flock -n 9 || { echo it still runs; exit; };"
                        + " [ ! -e /tmp/again ] || { echo again; exit; };"
                        + " [ $(($0 % 2)) = 0 ] || trap '' TERM; touch /tmp/runs.$0; exec sleep 300",
                String.valueOf(number));
        assertThatThrownBy(() -> host.run(command)).isInstanceOf(MachineUnreachable.class);
        return host.run(command).out();
    }

    private void loseTheConnectionToACommandThatGoesOn(SshHost host) {
        machine.inside("rm", "-f", "/tmp/begun");
        Command begun = Command.of("sh", "-c", "echo $$ > /tmp/begun; kill -9 $PPID; exec sleep 300");
        assertThatThrownBy(() -> host.run(begun)).isInstanceOf(MachineUnreachable.class);
    }

    private void assertBegunHasEnded() {
        String state = machine.inside("sh", "-c", "ps -o stat=,args= -p $(cat /tmp/begun) || true");
        assertThat(state.strip()).as("it still runs").matches("(Z.*)?");
    }

    @Test
    void aMachineThatVanishesDuringACommandIsUnreachable() throws IOException {
        try (DockerMachine vanishing = DockerMachine.start(directory);
                SshHost host = vanishing.connect()) {
            assertThatThrownBy(() -> host.run(Command.of("sh", "-c", "echo up; sleep 60"), line -> vanishing.kill()))
                    .isInstanceOf(MachineUnreachable.class)
                    .hasMessageStartingWith("the connection was lost while ");
        }
    }

    @Test
    void closingRemovesTheSocketAndItsDirectory() {
        SshHost host = machine.connect();
        Path forwarded = host.forwarded(Path.of("/tmp/any")).orElseThrow();
        Path connection = Objects.requireNonNull(forwarded.getParent());
        assertThat(connection.resolve("s")).exists();
        host.close();
        host.close();
        assertThat(connection).doesNotExist();
    }

    @Test
    void aSignalToTheProgramEndsTheCommandTheConnectionAndTheSocket() throws Exception {
        Path temporary = Files.createDirectory(directory.resolve("tmp"));
        Process program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djava.io.tmpdir=" + temporary,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Sleeper.class.getName(),
                        machine.settings().knownHosts().toString(),
                        machine.identity().toString(),
                        machine.address().toString())
                .redirectErrorStream(true)
                .start();
        assertThat(program.inputReader().readLine()).isEqualTo("up");
        assertThat(socketDirectories(temporary)).hasSize(1);
        program.destroy();
        assertThat(program.waitFor(LIMIT)).isTrue();
        assertThat(socketDirectories(temporary)).isEmpty();
        assertThat(runningInside()).doesNotContain("sleep 3005");
    }

    /** A program that a person ends with Ctrl-C. */
    static final class Sleeper {
        public static void main(String[] arguments) {
            SshSettings settings = new SshSettings(Path.of(arguments[0]), List.of(Path.of(arguments[1])), LIMIT);
            try (SshHost host = SshHost.connect(settings, MachineAddress.parse(arguments[2]))) {
                host.run(Command.of("sh", "-c", "echo up; sleep 3005"), System.out::println);
            }
        }
    }

    private static List<Path> socketDirectories(Path temporary) throws IOException {
        try (Stream<Path> entries = Files.list(temporary)) {
            return new ArrayList<>(
                    entries.filter(entry -> Files.exists(entry.resolve("s"))).toList());
        }
    }

    private static Failure refusal(SshSettings settings, MachineAddress address) {
        try (SshHost host = SshHost.connect(settings, address)) {
            throw new AssertionError("logged in to " + host.name());
        } catch (MachineUnreachable failure) {
            System.out.println(failure.message());
            assertThat(failure.where()).isEqualTo(address.toString());
            return failure;
        }
    }
}
