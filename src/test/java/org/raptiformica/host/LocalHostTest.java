package org.raptiformica.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.raptiformica.failure.BadData;
import org.raptiformica.failure.StepFailed;

@Timeout(30)
@Execution(ExecutionMode.CONCURRENT)
class LocalHostTest {

    private final LocalHost host = new LocalHost();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void tellsHowACommandEndedAndWhatItPrinted() {
        Outcome outcome = host.run(shell("echo out; echo err >&2; exit 3"));
        assertThat(outcome).isEqualTo(new Outcome(3, "out\n", "err\n"));
        assertThat(outcome.ok()).isFalse();
    }

    @Test
    void givesTheProgramItsWordsAsTheyAre() {
        Outcome outcome = host.run(Command.of("printf", "%s|", "a b", "$HOME", "*", "", "ü\n'\""));
        assertThat(outcome.out()).isEqualTo("a b|$HOME|*||ü\n'\"|");
    }

    @Test
    void setsEnvironmentAndDirectory() {
        Command command = shell("echo $WHO; pwd").withEnvironment("WHO", "me").in(directory);
        assertThat(host.run(command).out()).isEqualTo("me\n" + directory + "\n");
    }

    @Test
    void withoutInputTheEndOfTheFileIsReadAtOnce() {
        assertThat(host.run(Command.of("cat")).ok()).isTrue();
    }

    @Test
    void sendsATextAndAStream() {
        assertThat(host.run(Command.of("cat").withInput(new Input.Text("grüße")))
                        .out())
                .isEqualTo("grüße");
        Input stream = new Input.Stream(out -> new ByteArrayInputStream(new byte[3_000_000]).transferTo(out));
        assertThat(host.run(Command.of("wc", "-c").withInput(stream)).out().strip())
                .isEqualTo("3000000");
    }

    @Test
    void aCommandThatEndsBeforeItReadAllIsNoFailure() {
        Input endless = new Input.Stream(out -> {
            while (true) {
                out.write(new byte[65536]);
            }
        });
        Outcome outcome = host.run(shell("head -c 10 > /dev/null; exit 4").withInput(endless));
        assertThat(outcome.exitCode()).isEqualTo(4);
    }

    @Test
    void anInputThatBreaksOffKillsTheCommandBeforeItTakesHalfForAll() {
        Path target = directory.resolve("target");
        Input broken = new Input.Stream(out -> {
            out.write(new byte[100_000]);
            throw new IOException("disk error");
        });
        Command command = shell("cat > /dev/null; touch " + target).withInput(broken);
        assertThatThrownBy(() -> host.run(command))
                .isInstanceOf(StepFailed.class)
                .hasMessageContaining("broke off")
                .hasMessageContaining("disk error");
        assertThat(target).doesNotExist();
    }

    @Test
    void aFailureOfTheInputIsPassedOn() {
        Input failing = new Input.Stream(out -> {
            throw new BadData("archive", "is cut short", "Fetch it again.");
        });
        assertThatThrownBy(() -> host.run(Command.of("cat").withInput(failing))).isInstanceOf(BadData.class);
    }

    @Test
    void keepsTheLastMebibyteOfALargeOutput() {
        Outcome outcome = host.run(shell("head -c 30000000 /dev/zero | tr '\\0' x; echo; echo the end"));
        assertThat(outcome.out()).hasSize(1024 * 1024).endsWith("xxx\nthe end\n");
    }

    @Test
    void tellsEachLineOfBothStreamsWhileTheCommandRuns() throws Exception {
        Path gate = directory.resolve("gate");
        List<String> lines = new ArrayList<>();
        Command command =
                shell("echo one; echo two >&2; while [ ! -e " + gate + " ]; do sleep 0.01; done; printf '1%%\\r2%%'");
        Outcome outcome = host.run(command, line -> {
            lines.add(line);
            if (lines.size() == 2) {
                create(gate);
            }
        });
        assertThat(outcome.ok()).isTrue();
        assertThat(lines).containsExactlyInAnyOrder("one", "two", "2%");
    }

    @Test
    void aLimitKillsTheCommandWithAllThatItStarted() throws Exception {
        Path pids = directory.resolve("pids");
        String stubborn = "trap '' TERM; echo $$ >> " + pids + "; ";
        Command command = shell(
                        stubborn + "sh -c " + ShellWords.quote(stubborn + "sleep 60; :") + " & echo working; sleep 60")
                .withLimit(Duration.ofMillis(400));
        assertThatThrownBy(() -> host.run(command))
                .isInstanceOf(StepFailed.class)
                .hasMessageContaining("did not end within 0.4 s")
                .hasMessageContaining("it last printed: working");
        assertThat(Files.readAllLines(pids))
                .isNotEmpty()
                .allSatisfy(
                        pid -> assertThat(isAlive(pid)).as("process %s", pid).isFalse());
    }

    @Test
    void aBackgroundProcessThatKeepsTheOutputOpenHoldsNothingUp() {
        Outcome outcome = host.run(shell("sleep 60 & echo $!"));
        Optional<ProcessHandle> background =
                ProcessHandle.of(Long.parseLong(outcome.out().strip()));
        assertThat(background.filter(ProcessTree::runs)).as("it runs still").isPresent();
        background.ifPresent(ProcessHandle::destroy);
    }

    @Test
    void anInterruptKillsTheCommand() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CompletableFuture<String> pid = new CompletableFuture<>();
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread thread = Thread.ofVirtual().start(() -> {
            try {
                host.run(shell("echo $$; sleep 60"), line -> {
                    pid.complete(line);
                    running.countDown();
                });
            } catch (CancellationException cancelled) {
                thrown.complete(Thread.currentThread().isInterrupted() ? cancelled : new AssertionError("not set"));
            }
        });
        assertThat(running.await(10, TimeUnit.SECONDS)).isTrue();
        thread.interrupt();
        assertThat(thrown.get(10, TimeUnit.SECONDS)).isInstanceOf(CancellationException.class);
        assertThat(isAlive(pid.get())).isFalse();
    }

    @Test
    void aProgramThatIsNotThereOrNotExecutableEndsAsInAShell() throws Exception {
        assertThat(host.run(Command.of("no-such-program-here")))
                .isEqualTo(new Outcome(127, "", "no-such-program-here: not found\n"));
        Path plain = Files.createFile(directory.resolve("plain"));
        assertThat(host.run(Command.of(plain.toString())).exitCode()).isEqualTo(126);
        assertThat(host.run(Command.of("true").in(directory.resolve("gone"))).err())
                .contains("no such directory");
    }

    @Test
    void leavesNoThreadBehind() {
        Outcome outcome = host.run(shell("echo $$; exec cat").withInput(new Input.Text("x".repeat(1_000_000))));
        // The thread of this command: other tests run beside this one, with inputs of theirs.
        String thread = "input of " + outcome.out().lines().findFirst().orElseThrow();
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .doesNotContain(thread);
    }

    private static Command shell(String script) {
        return Command.of("sh", "-c", script);
    }

    private static boolean isAlive(String pid) {
        Optional<ProcessHandle> handle = ProcessHandle.of(Long.parseLong(pid.strip()));
        return handle.filter(ProcessTree::runs).isPresent();
    }

    private static void create(Path file) {
        try {
            Files.createFile(file);
        } catch (IOException problem) {
            throw new AssertionError(Arrays.toString(problem.getStackTrace()), problem);
        }
    }
}
