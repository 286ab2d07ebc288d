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
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.raptiformica.failure.Failure;
import org.raptiformica.failure.MachineUnreachable;
import org.raptiformica.failure.MachineUnsuitable;
import org.raptiformica.failure.StepFailed;

/** Against a real SSH server in a container. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@Isolated("it looks at the directories of all connections of this machine")
class SshHostIT {

    private static final long UPLOAD = 512L * 1024 * 1024;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private DockerMachine machine;

    @BeforeEach
    void startMachine() throws IOException {
        machine = DockerMachine.start(directory);
    }

    @AfterEach
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
    @DisplayName("what a start-up file of the login shell prints is not a command's output")
    void noisyLoginShell() {
        machine.inside("sed", "-i", "1i echo noise; echo more noise >&2", "/root/.bashrc");
        List<String> told = new ArrayList<>();
        try (SshHost host = machine.connect()) {
            Command command =
                    Command.of("sh", "-c", "echo out; echo err >&2; cat").withInput(new Input.Text("in"));
            assertThat(host.run(command)).isEqualTo(new Outcome(0, "out\nin", "err\n"));
            host.run(Command.of("echo", "line"), told::add);
            assertThat(told).contains("line").noneMatch(line -> line.startsWith("raptiformica-"));
        }
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
            Command command = Command.of("sh", "-c", "trap '' TERM; sleep 301 & sleep 302; sleep 303")
                    .withLimit(Duration.ofSeconds(1));
            assertThatThrownBy(() -> host.run(command))
                    .isInstanceOfSatisfying(
                            StepFailed.class,
                            late -> assertThat(late.message())
                                    .startsWith(machine.address() + ": `sh -c ")
                                    .contains("did not end within 1 s"));
            assertThat(machine.inside("ps", "-A", "-o", "args")).doesNotContain("sleep 30");
        }
    }

    @Test
    void anInterruptKillsWhatRunsOnTheFarSide() {
        try (SshHost host = machine.connect()) {
            Thread caller = Thread.currentThread();
            assertThatThrownBy(() -> host.run(Command.of("sh", "-c", "echo up; sleep 304"), line -> caller.interrupt()))
                    .isInstanceOf(CancellationException.class);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(machine.inside("ps", "-A", "-o", "args")).doesNotContain("sleep 304");
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
        SshSettings settings = new SshSettings(machine.settings().knownHosts(), List.of(wrong), Duration.ofSeconds(2));
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
        assertThat(refusal(machine.settings(), machine.address()).what())
                .isEqualTo("does not answer on port 22 within 2 s");
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
            Command begun = Command.of("sh", "-c", "kill -9 $PPID; echo $$ > /tmp/begun; exec sleep 300");
            assertThatThrownBy(() -> host.run(begun)).isInstanceOf(MachineUnreachable.class);
            host.reopen();
            assertThat(host.run(Command.of("sh", "-c", "kill -0 $(cat /tmp/begun)"))
                            .ok())
                    .as("it still runs")
                    .isFalse();
        }
    }

    @Test
    void aMachineThatVanishesDuringACommandIsUnreachable() {
        try (SshHost host = machine.connect()) {
            assertThatThrownBy(() -> host.run(Command.of("sh", "-c", "echo up; sleep 60"), line -> machine.kill()))
                    .isInstanceOf(MachineUnreachable.class)
                    .hasMessageStartingWith("the connection was lost while ");
        }
    }

    @Test
    void closingRemovesTheSocketAndItsDirectory() throws IOException {
        List<Path> before = socketDirectories(Path.of(System.getProperty("java.io.tmpdir")));
        SshHost host = machine.connect();
        List<Path> during = socketDirectories(Path.of(System.getProperty("java.io.tmpdir")));
        host.close();
        host.close();
        during.removeAll(before);
        assertThat(during).isNotEmpty().allSatisfy(gone -> assertThat(gone).doesNotExist());
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
        assertThat(program.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(socketDirectories(temporary)).isEmpty();
        assertThat(machine.inside("ps", "-A", "-o", "args")).doesNotContain("sleep 305");
    }

    /** A program that a person ends with Ctrl-C. */
    static final class Sleeper {
        public static void main(String[] arguments) {
            SshSettings settings =
                    new SshSettings(Path.of(arguments[0]), List.of(Path.of(arguments[1])), Duration.ofSeconds(5));
            try (SshHost host = SshHost.connect(settings, MachineAddress.parse(arguments[2]))) {
                host.run(Command.of("sh", "-c", "echo up; sleep 305"), System.out::println);
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
