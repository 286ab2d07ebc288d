package org.raptiformica.provision.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.raptiformica.failure.StepFailed;
import org.raptiformica.host.Waiting;

class OwnSupervisionTest {

    @TempDir
    Path directory;

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    private OwnSupervision supervision = supervision();

    @BeforeEach
    void rooted() {
        supervision = supervision();
    }

    @AfterEach
    void endAll() {
        supervision.stop("sleeper");
    }

    private OwnSupervision supervision() {
        Path run = directory == null ? Path.of("/nowhere") : directory.resolve("run");
        return new OwnSupervision(run, now::get, Duration.ofMillis(500), 1000);
    }

    private Service service(String... command) {
        return new Service(
                "sleeper", List.of(command), Map.of("GREETING", "hello"), directory.resolve("log/sleeper.log"));
    }

    private Service sleeper() {
        return service("/bin/sleep", "1000");
    }

    private ProcessState running() {
        return supervision.state("sleeper").orElseThrow();
    }

    private void kill(ProcessState process) {
        assertThat(ProcessHandle.of(process.pid()).orElseThrow().destroyForcibly())
                .isTrue();
        Waiting.until("its end", Duration.ofSeconds(5), () -> process.runs() ? Optional.empty() : Optional.of(true));
    }

    private void passes(Duration time) {
        now.updateAndGet(before -> before.plus(time));
    }

    private String log() throws IOException {
        return Files.readString(directory.resolve("log/sleeper.log"));
    }

    @Test
    void startsAProcessInASessionOfItsOwn() throws IOException {
        supervision.start(sleeper());

        String stat =
                Files.readString(Path.of("/proc/%d/stat".formatted(running().pid())));
        String session = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[3];
        assertThat(session).isEqualTo(Long.toString(running().pid()));
    }

    @Test
    void leavesAServiceAloneThatRuns() {
        supervision.start(sleeper());
        ProcessState before = running();

        supervision.start(sleeper());

        assertThat(running()).isEqualTo(before);
    }

    @Test
    void adoptsWhatAnEarlierAgentStarted() {
        supervision.start(sleeper());
        ProcessState before = running();
        OwnSupervision later = supervision();

        later.start(sleeper());

        assertThat(later.state("sleeper")).contains(before);
        assertThat(later.tend()).isEmpty();
    }

    @Test
    void isNotFooledByAnotherProcessWithTheSameNumber() throws IOException {
        long own = ProcessHandle.current().pid();
        Files.createDirectories(directory.resolve("run"));
        Files.writeString(directory.resolve("run/sleeper.pid"), own + " 1\n");

        assertThat(supervision.state("sleeper")).isEmpty();
        supervision.stop("sleeper");
        assertThat(ProcessHandle.current().isAlive()).isTrue();
    }

    @Test
    void countsAZombieAsDead() throws Exception {
        Process parent = new ProcessBuilder("sh", "-c", "sleep 0.05 & echo $!; exec sleep 1000").start();
        try {
            long child = Long.parseLong(parent.inputReader().readLine());
            Path stat = Path.of("/proc/%d/stat".formatted(child));
            Waiting.until(
                    "a zombie", Duration.ofSeconds(5), () -> contents(stat).filter(text -> text.contains(") Z ")));

            assertThat(ProcessState.of(child)).isEmpty();
        } finally {
            parent.destroyForcibly().waitFor();
        }
    }

    private static Optional<String> contents(Path file) {
        try {
            return Optional.of(Files.readString(file));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Test
    void startsAgainWhatDiedASecondLater() {
        supervision.start(sleeper());
        supervision.tend();
        ProcessState first = running();
        kill(first);

        assertThat(supervision.tend()).isEmpty();
        passes(Duration.ofSeconds(1));
        assertThat(supervision.tend()).containsExactly("sleeper");
        assertThat(running()).isNotEqualTo(first);
    }

    @Test
    void waitsLongerEachTimeUpToHalfAMinute() {
        supervision.start(service("/bin/false"));
        List<Integer> pauses = new java.util.ArrayList<>();
        for (int deaths = 0; deaths < 7; deaths++) {
            Waiting.until(
                    "its death",
                    Duration.ofSeconds(5),
                    () -> supervision.state("sleeper").isPresent() ? Optional.empty() : Optional.of(true));
            int seconds = 0;
            while (supervision.tend().isEmpty()) {
                passes(Duration.ofSeconds(1));
                seconds++;
            }
            pauses.add(seconds);
        }

        assertThat(pauses).containsExactly(1, 2, 4, 8, 16, 30, 30);
    }

    @Test
    void forgetsEarlyDeathsOfOneThatRanForAMinute() {
        Backoff backoff = new Backoff();
        Instant start = now.get();
        assertThat(backoff.due(start)).isFalse();
        assertThat(backoff.due(start.plusSeconds(1))).isTrue();
        backoff.alive(start.plusSeconds(2));
        backoff.alive(start.plusSeconds(63));

        assertThat(backoff.due(start.plusSeconds(64))).isFalse();
        assertThat(backoff.due(start.plusSeconds(65))).isTrue();
    }

    @Test
    void doesNotStartAgainWhatWasStopped() {
        supervision.start(sleeper());
        supervision.stop("sleeper");
        passes(Duration.ofMinutes(1));

        assertThat(supervision.tend()).isEmpty();
        assertThat(supervision.state("sleeper")).isEmpty();
    }

    @Test
    void killsWhatDoesNotHeedTerm() throws IOException {
        supervision.start(service("/bin/sh", "-c", "trap '' TERM; echo deaf; while :; do sleep 0.1; done"));
        Waiting.until(
                "the trap",
                Duration.ofSeconds(5),
                () -> contents(directory.resolve("log/sleeper.log")).filter(text -> text.contains("deaf")));
        ProcessState process = running();

        supervision.stop("sleeper");

        assertThat(process.runs()).isFalse();
    }

    @Test
    void restartsWithTheNewCommand() {
        supervision.start(sleeper());
        ProcessState before = running();

        supervision.restart(service("/bin/sleep", "2000"));

        assertThat(before.runs()).isFalse();
        assertThat(running()).isNotEqualTo(before);
    }

    @Test
    void keepsItsOutputInALogThatOthersCannotRead() throws IOException {
        supervision.start(service("/bin/sh", "-c", "echo $GREETING; exec sleep 1000"));
        Waiting.until(
                "output",
                Duration.ofSeconds(5),
                () -> contents(directory.resolve("log/sleeper.log")).filter(text -> !text.isEmpty()));

        assertThat(log()).isEqualTo("hello\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("log/sleeper.log"))))
                .isEqualTo("rw-r-----");
    }

    @Test
    void keepsALogBoundedWhileTheServiceWrites() throws IOException {
        supervision.start(service("/bin/sh", "-c", "while :; do echo a line of some length; sleep 0.01; done"));
        Waiting.until(
                "a long log",
                Duration.ofSeconds(20),
                () -> contents(directory.resolve("log/sleeper.log")).filter(text -> text.length() > 1000));

        supervision.tend();

        assertThat(log().length()).isLessThan(1000);
        assertThat(directory.resolve("log/sleeper.log.1")).exists();
        Waiting.until(
                "further lines",
                Duration.ofSeconds(5),
                () -> contents(directory.resolve("log/sleeper.log")).filter(text -> text.startsWith("a line")));
    }

    @Test
    void startsOneProcessForManyWhoAskAtOnce() throws Exception {
        try (var threads = java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()) {
            var all = java.util.stream.IntStream.range(0, 6)
                    .mapToObj(i -> threads.submit(() -> {
                        OwnSupervision own = supervision();
                        own.start(sleeper());
                        return own.state("sleeper").orElseThrow();
                    }))
                    .toList();
            for (var one : all) {
                assertThat(one.get()).isEqualTo(running());
            }
        }
    }

    @Test
    void saysWhenThereIsNoSuchProgram() {
        assertThatThrownBy(() -> supervision.start(service("/no/such/program")))
                .isInstanceOf(StepFailed.class)
                .hasMessage("there is no program /no/such/program to start");
    }

    @Test
    @DisplayName("a process that was stopped by a signal is not waited for when it is restarted")
    void stoppedProcess() throws IOException {
        supervision = new OwnSupervision(directory.resolve("run"), now::get, Duration.ofMinutes(10), 1000);
        supervision.start(sleeper());
        ProcessState before = running();
        new ProcessBuilder("kill", "-STOP", Long.toString(before.pid())).start();
        Waiting.until("its stop", Duration.ofSeconds(5), () -> before.stopped() ? Optional.of(true) : Optional.empty());

        supervision.restart(sleeper());

        assertThat(running()).isNotEqualTo(before);
    }
}
