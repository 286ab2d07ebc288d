package org.raptiformica.provision.hook;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.raptiformica.config.CacheDirectory;
import org.raptiformica.config.Keys;
import org.raptiformica.config.Mapping;
import org.raptiformica.host.LocalHost;
import org.raptiformica.host.Waiting;

@Execution(ExecutionMode.CONCURRENT)
class HookRunnerTest {

    @TempDir
    Path home;

    private final JsonObject event = new JsonObject();
    private final List<String> printed = new ArrayList<>();
    private Path program;
    private volatile Mapping mapping = Mapping.empty();

    @BeforeEach
    void directoryWithASpaceInItsName() throws IOException {
        program = Files.createDirectory(home.resolve("the program"));
        event.addProperty("hook", "after_mesh");
    }

    @Test
    void commandRunsInTheProgramsDirectoryWithTheCacheDirectoryNamed() {
        handler("where", "command", "pwd; echo $RAPTIFORMICA_CACHE_DIR; echo $RAPTIFORMICA_HOOK; cd ~ && echo home");

        assertThat(run()).singleElement().satisfies(result -> {
            assertThat(result.failed()).isFalse();
            assertThat(result.exitCode()).contains(0);
        });
        assertThat(printed)
                .containsExactly(program.toString(), home.resolve("cache").toString(), "after_mesh", "home");
    }

    @Test
    void predicateAndCommandEachReadTheEvent() {
        handler("reads", "predicate", "grep -q after_mesh");
        handler("reads", "command", "cat");

        run();

        assertThat(printed).singleElement().asString().matches("\\{\"hook\":\"after_mesh\",\"when\":\"20.*Z\"}");
    }

    @Test
    void handlerThatDoesNotReadTheEventIsNotDisturbedByIt() {
        event.addProperty("long", "x".repeat(1_000_000));
        handler("deaf", "command", "true");

        assertThat(run())
                .singleElement()
                .satisfies(result -> assertThat(result.failed()).isFalse());
    }

    @Test
    void handlersRunOneAfterTheOtherInTheOrderOfTheirNames() {
        handler("c", "command", "echo c");
        handler("a", "command", "sleep 0.2; echo a");
        handler("b", "predicate", "echo not heard; true");
        handler("b", "command", "echo b");

        assertThat(run()).extracting(HandlerResult::handler).containsExactly("a", "b", "c");
        assertThat(printed).containsExactly("a", "b", "c");
    }

    @Test
    void commandWhosePredicateFailsDoesNotRunAndThatIsNoFailure() {
        handler("no", "predicate", "false");
        handler("no", "command", "echo ran");

        assertThat(run()).singleElement().satisfies(result -> {
            assertThat(result.exitCode()).isEmpty();
            assertThat(result.failed()).isFalse();
        });
        assertThat(printed).isEmpty();
    }

    @Test
    void predicateThatKillsItsShellIsOneThatFails() {
        handler("a", "predicate", "kill -9 $$");
        handler("a", "command", "echo ran");
        handler("b", "command", "echo next");

        run();

        assertThat(printed).containsExactly("next");
    }

    @Test
    void absentPredicateAndAbsentCommandSucceed() {
        handler("only-predicate", "predicate", "true");
        handler("only-command", "command", "true");

        assertThat(run()).extracting(HandlerResult::failed).containsExactly(false, false);
    }

    @Test
    void failureIsToldAndTheNextHandlerRuns() {
        handler("a", "command", "echo noise; echo some words >&2; echo See the manual. >&2; exit 3");
        handler("b", "command", "echo next");

        List<HandlerResult> results = run();

        assertThat(results.getFirst().failed()).isTrue();
        assertThat(results.getFirst().exitCode()).contains(3);
        assertThat(results.getFirst().told()).isEqualTo("some words");
        assertThat(printed).contains("next");
    }

    @Test
    void handlerThatNeverEndsIsEndedWithAllThatItStartedAndTheNextOneRuns() {
        handler("a", "command", "sh -c 'sleep 600; echo late' & sleep 600");
        handler("b", "predicate", "sleep 600");
        handler("c", "command", "echo next");

        List<HandlerResult> results = run(runner(Duration.ofMillis(300), Duration.ofSeconds(10)));

        assertThat(results).extracting(HandlerResult::failed).containsExactly(true, true, false);
        assertThat(results.getFirst().exitCode()).isEmpty();
        assertThat(results.getFirst().time()).isBetween(Duration.ofMillis(300), Duration.ofSeconds(20));
        assertThat(printed).containsExactly("next");
    }

    @Test
    void handlerThatTakesLongRunsOnBesideTheNextOneAndIsWaitedForAtLast() {
        handler("a", "command", "until test -e next; do sleep 0.05; done; echo slow; exit 4");
        handler("b", "command", "touch next; echo next");

        List<HandlerResult> results = run(runner(Duration.ofMinutes(1), Duration.ofMillis(200)));

        assertThat(results).extracting(HandlerResult::exitCode).containsExactly(Optional.of(4), Optional.of(0));
        assertThat(printed).containsExactlyInAnyOrder("next", "slow");
    }

    @Test
    void interruptedRunEndsWhatRunsAndStartsNoMore() throws Exception {
        handler("a", "command", "echo $$ > pid; exec sleep 600");
        handler("b", "command", "touch started");
        CompletableFuture<Throwable> why = new CompletableFuture<>();
        Thread running = Thread.ofVirtual().start(() -> {
            try {
                run(runner(Duration.ofMinutes(10), Duration.ofMinutes(5)));
            } catch (CancellationException cancelled) {
                why.complete(cancelled);
            }
        });
        String pid = Waiting.until("a handler that runs", Duration.ofSeconds(30), () -> pid("pid"));

        running.interrupt();

        assertThat(why.get(30, TimeUnit.SECONDS)).isInstanceOf(CancellationException.class);
        assertThat(ProcessHandle.of(Long.parseLong(pid)).filter(ProcessHandle::isAlive))
                .isEmpty();
        assertThat(program.resolve("started")).doesNotExist();
    }

    private Optional<String> pid(String file) {
        try {
            return Optional.of(Files.readString(program.resolve(file)).strip()).filter(text -> !text.isEmpty());
        } catch (IOException notYet) {
            return Optional.empty();
        }
    }

    @Test
    void firedHandlerThatStillRunsIsNotStartedBesideItselfButOnceMoreWithAllThatHappenedMeanwhile() throws Exception {
        HookRunner runner = runner(Duration.ofMinutes(1), Duration.ofMillis(200));
        BlockingQueue<HandlerResult> ended = new LinkedBlockingQueue<>();
        handler("slow", "command", "cat >> slow.calls; until test -e go; do sleep 0.05; done");
        handler("swift", "command", "cat >> swift.calls");

        for (String change : List.of("one", "two", "three")) {
            fireUntilCalled(runner, change, ended, "swift");
        }

        Waiting.until("slow has read its event", Duration.ofSeconds(30), () -> {
            File calls = program.resolve("slow.calls").toFile();
            return calls.length() > 0 ? Optional.of(calls) : Optional.empty();
        });
        assertThat(changesIn("slow.calls")).containsExactly("[\"one\"]");
        Files.createFile(program.resolve("go"));
        for (int call = 0; call < 2; call++) {
            assertThat(ended.poll(30, TimeUnit.SECONDS))
                    .extracting(HandlerResult::handler)
                    .isEqualTo("slow");
        }
        assertThat(changesIn("slow.calls")).containsExactly("[\"one\"]", "[\"two\",\"three\"]");
        assertThat(changesIn("swift.calls")).containsExactly("[\"one\"]", "[\"two\"]", "[\"three\"]");
        assertThat(ended.poll()).isNull();
    }

    /**
     * Fires, and waits until a handler has ended for good: on a machine that is busy the handler takes longer than the
     * runner's patience, and would be found running still when the next thing happens.
     */
    private void fireUntilCalled(HookRunner runner, String change, BlockingQueue<HandlerResult> ended, String handler)
            throws Exception {
        runner.fire(() -> mapping, "after_mesh", changes(change), ended::add);
        assertThat(ended.poll(30, TimeUnit.SECONDS))
                .extracting(HandlerResult::handler)
                .isEqualTo(handler);
        awaitTheEnd(runner, handler);
    }

    private static void awaitTheEnd(HookRunner runner, String handler) {
        Waiting.until(
                "the end of the call of " + handler,
                Duration.ofSeconds(30),
                () -> runner.isCalling("after_mesh", handler) ? Optional.empty() : Optional.of(true));
    }

    @Test
    void handlerThatWasTakenAwayWhileItRanIsNotCalledAgain() throws Exception {
        HookRunner runner = runner(Duration.ofMinutes(1), Duration.ofMillis(200));
        BlockingQueue<HandlerResult> ended = new LinkedBlockingQueue<>();
        handler("slow", "command", "cat >> slow.calls; until test -e go; do sleep 0.05; done");
        runner.fire(() -> mapping, "after_mesh", changes("one"), ended::add);
        runner.fire(() -> mapping, "after_mesh", changes("two"), ended::add);

        mapping = Mapping.empty();
        Files.createFile(program.resolve("go"));

        assertThat(ended.poll(30, TimeUnit.SECONDS)).isNotNull();
        handler("slow", "command", "cat >> slow.calls");
        Waiting.until("it may be called again", Duration.ofSeconds(30), () -> {
            runner.fire(() -> mapping, "after_mesh", changes("three"), ended::add);
            return Optional.ofNullable(ended.poll());
        });
        // A call more would find this test's directory gone, and write into the checkout.
        awaitTheEnd(runner, "slow");
        assertThat(changesIn("slow.calls")).contains("[\"three\"]").doesNotContain("[\"two\"]");
    }

    private static JsonObject changes(String change) {
        JsonArray changes = new JsonArray();
        changes.add(change);
        JsonObject event = new JsonObject();
        event.add("changes", changes);
        return event;
    }

    private List<String> changesIn(String file) throws IOException {
        return Files.readAllLines(program.resolve(file)).stream()
                .map(line -> JsonParser.parseString(line)
                        .getAsJsonObject()
                        .get("changes")
                        .toString())
                .toList();
    }

    @Test
    void handlersAreThoseOfTheFirstAvailablePlatform() {
        mapping = mapping.with(Keys.PLATFORM + "/arch/available", "false")
                .with(Keys.hook("arch", "after_mesh") + "/x/command", "echo arch")
                .with(Keys.hook("default", "after_mesh") + "/x/command", "echo default")
                .with(Keys.hook("other", "after_mesh") + "/x/command", "echo other");

        run();

        assertThat(printed).containsExactly("default");
    }

    @Test
    void hookWithoutHandlersAndMappingWithoutPlatformRunNothing() {
        assertThat(run()).isEmpty();
        handler("x", "command", "true");
        assertThat(runner().run(mapping, "after_slave", event, printed::add)).isEmpty();
    }

    @Test
    void programDirectoryThatIsNotThereStopsNoHandler() throws IOException {
        Files.delete(program);
        handler("x", "command", "echo ran");

        assertThat(run())
                .singleElement()
                .satisfies(result -> assertThat(result.failed()).isFalse());
        assertThat(printed).contains("ran");
    }

    private void handler(String name, String field, String text) {
        mapping = mapping.mergedWith(
                Mapping.of(Map.of(Keys.hook("default", "after_mesh") + "/" + name + "/" + field, text)));
    }

    private List<HandlerResult> run() {
        return run(runner());
    }

    private List<HandlerResult> run(HookRunner runner) {
        return runner.run(mapping, "after_mesh", event, printed::add);
    }

    private HookRunner runner() {
        return runner(Duration.ofMinutes(1), Duration.ofSeconds(10));
    }

    private HookRunner runner(Duration limit, Duration patience) {
        return new HookRunner(new LocalHost(), program, new CacheDirectory(home.resolve("cache")), limit, patience);
    }
}
