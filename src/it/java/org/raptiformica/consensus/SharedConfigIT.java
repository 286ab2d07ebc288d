package org.raptiformica.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.raptiformica.config.Change;
import org.raptiformica.config.Mapping;
import org.raptiformica.consul.Answer;
import org.raptiformica.consul.BlockingQuery;
import org.raptiformica.consul.Consistency;
import org.raptiformica.consul.KeyValueStore;
import org.raptiformica.consul.RealConsul;
import org.raptiformica.failure.BadData;

class SharedConfigIT {

    private static final Mapping WHOLE = Mapping.empty()
            .with("raptiformica/server/headless/x/bootstrap", "true")
            .with("raptiformica/compute/docker/headless/source", "s")
            .with("raptiformica/platform/default/hooks/after_mesh/x/command", "c");

    @TempDir
    static Path directory;

    private static RealConsul consul;
    private static KeyValueStore kv;
    private static SharedConfig shared;

    @BeforeAll
    static void startConsul() {
        consul = RealConsul.alone(directory);
        kv = consul.client().kv();
        shared = new SharedConfig(consul.client());
    }

    @AfterAll
    static void stopConsul() {
        consul.close();
    }

    @BeforeEach
    void empty() {
        kv.deleteBelow("raptiformica/");
        kv.put("raptiformica_map/nodes/x", "of another program");
    }

    @Test
    void isNotThereBeforeItIsSeeded() {
        assertThat(shared.read(Consistency.DEFAULT)).isEmpty();
    }

    @Test
    void readsBackWhatWasSeededAndNoKeysOfItsNeighbours() {
        shared.seed(WHOLE);

        assertThat(read()).isEqualTo(WHOLE);
    }

    @Test
    void seedingLeavesWhatIsThere() {
        shared.seed(WHOLE);
        shared.seed(WHOLE.with("raptiformica/compute/docker/headless/source", "other")
                .with("raptiformica/new", "1"));

        assertThat(read()).isEqualTo(WHOLE.with("raptiformica/new", "1"));
    }

    @Test
    void seedsMoreThanATransactionHolds() {
        Mapping many = IntStream.range(0, 200)
                .boxed()
                .reduce(WHOLE, (mapping, n) -> mapping.with("raptiformica/many/" + n, "v" + n), Mapping::mergedWith);
        shared.seed(many);

        assertThat(read()).isEqualTo(many);
    }

    @Test
    void isCorruptWithoutServerComputeAndPlatform() {
        shared.seed(WHOLE.withoutBelow("raptiformica/platform"));

        assertThatThrownBy(() -> shared.read(Consistency.DEFAULT))
                .isInstanceOf(BadData.class)
                .hasMessageContaining("not all of server, compute and platform");
    }

    @Test
    void setsAndDeletes() {
        shared.seed(WHOLE);
        shared.set("raptiformica/a", "1");
        shared.set("raptiformica/a/b", "2");
        shared.set("raptiformica/ab", "3");
        shared.deleteBelow("raptiformica/a");
        assertThat(read()).isEqualTo(WHOLE.with("raptiformica/a", "1").with("raptiformica/ab", "3"));
        shared.delete("raptiformica/a");
        shared.delete("raptiformica/a");
        assertThat(read()).isEqualTo(WHOLE.with("raptiformica/ab", "3"));
    }

    @Test
    void refusesKeysOfOthers() {
        assertThatIllegalArgumentException().isThrownBy(() -> shared.set("raptiformica_map/x", "1"));
        assertThatIllegalArgumentException().isThrownBy(() -> shared.deleteBelow("raptiformica"));
        assertThat(kv.get("raptiformica_map/nodes/x")).isPresent();
    }

    @Test
    void doesNotUndoWhatAnotherWroteInBetween() {
        shared.seed(WHOLE);
        Stored seen = shared.read(Consistency.DEFAULT).orElseThrow();
        shared.set("raptiformica/server/headless/x/bootstrap", "of another");
        List<Change> changes = List.of(
                new Change.Set("raptiformica/fresh", "1"),
                new Change.Set("raptiformica/server/headless/x/bootstrap", "mine"));

        assertThat(shared.apply(changes, seen)).isFalse();
        assertThat(read()).isEqualTo(WHOLE.with("raptiformica/server/headless/x/bootstrap", "of another"));
    }

    @Test
    void deletingBelowSparesWhatItHasNotSeen() {
        shared.seed(WHOLE.with("raptiformica/gone/a", "1"));
        Stored seen = shared.read(Consistency.DEFAULT).orElseThrow();
        shared.set("raptiformica/gone/later", "2");

        assertThat(shared.apply(List.of(new Change.DeleteBelow("raptiformica/gone/")), seen))
                .isTrue();
        assertThat(read()).isEqualTo(WHOLE.with("raptiformica/gone/later", "2"));
    }

    @Test
    void appliesChangesInOrder() {
        shared.seed(WHOLE.with("raptiformica/o/a", "1"));
        Stored seen = shared.read(Consistency.DEFAULT).orElseThrow();

        assertThat(shared.apply(
                        List.of(
                                new Change.Set("raptiformica/o/b", "lost"),
                                new Change.DeleteBelow("raptiformica/o"),
                                new Change.Set("raptiformica/o/a", "2"),
                                new Change.Delete("raptiformica/o/c"),
                                new Change.Set("raptiformica/o/c", "3")),
                        seen))
                .isTrue();
        assertThat(read()).isEqualTo(WHOLE.with("raptiformica/o/a", "2").with("raptiformica/o/c", "3"));
    }

    @Test
    void losesNoneOfManyWritesAtOnce() throws Exception {
        shared.seed(WHOLE.with("raptiformica/counter", "0"));
        List<CompletableFuture<Void>> writers = IntStream.range(0, 4)
                .mapToObj(_ -> CompletableFuture.runAsync(
                        () -> IntStream.range(0, 10)
                                .forEach(_ -> shared.write(stored -> List.of(new Change.Set(
                                        "raptiformica/counter",
                                        Integer.toString(Integer.parseInt(stored.mapping()
                                                        .get("raptiformica/counter")
                                                        .orElseThrow())
                                                + 1))))),
                        Thread::startVirtualThread))
                .toList();
        for (CompletableFuture<Void> writer : writers) {
            writer.get(30, TimeUnit.SECONDS);
        }

        assertThat(read().get("raptiformica/counter")).contains("40");
    }

    @Test
    void tellsThatItChangedAndNotThatOtherKeysDid() {
        shared.seed(WHOLE);
        long before = shared.index();
        kv.put("raptiformica_map/nodes/y", "of another program");
        assertThat(shared.index()).isEqualTo(before);

        shared.set("raptiformica/a", "1");
        long with = shared.index();
        assertThat(with).isGreaterThan(before);
        assertThat(with)
                .isGreaterThanOrEqualTo(
                        shared.read(Consistency.CONSISTENT).orElseThrow().lastIndex());

        shared.delete("raptiformica/a");
        assertThat(shared.index()).isGreaterThan(with);
    }

    @Test
    void wakesWhoWaitsForAnyChange() throws Exception {
        shared.seed(WHOLE);
        BlockingQuery<List<String>> changes = SharedConfig.changes(consul.client(), Duration.ofSeconds(60));
        changes.next();
        CompletableFuture<Answer<List<String>>> next =
                CompletableFuture.supplyAsync(changes::next, Thread::startVirtualThread);
        kv.put("raptiformica_map/nodes/y", "of another program");
        assertThatThrownBy(() -> next.get(300, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);

        shared.set("raptiformica/server/headless/x/deep/below", "1");

        assertThat(next.get(5, TimeUnit.SECONDS).value())
                .containsExactly("raptiformica/compute/", "raptiformica/platform/", "raptiformica/server/");
        CompletableFuture<Answer<List<String>>> last =
                CompletableFuture.supplyAsync(changes::next, Thread::startVirtualThread);
        shared.delete("raptiformica/server/headless/x/deep/below");
        assertThat(last.get(5, TimeUnit.SECONDS).value()).hasSize(3);
    }

    private static Mapping read() {
        return Mapping.of(new TreeMap<>(
                shared.read(Consistency.CONSISTENT).orElseThrow().mapping().asMap()));
    }
}
