package org.raptiformica.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.raptiformica.it.WriteHistory.Outcome;

/** A cluster that is large enough for five servers: it loses one of them, and shrinks to three nodes. */
class FiveServersIT {

    /** Seven are left when one dies, and seven still want five servers. */
    private static final int SIZE = 8;

    private static final int CONCURRENT = 4;
    private static final int SEED = 5;
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Duration REPLACED = Duration.ofSeconds(60);
    private static final Duration BETWEEN_WRITES = Duration.ofMillis(250);
    /** No election lasts that long, nor a restart in another role. */
    private static final Duration SILENCE = Duration.ofSeconds(30);

    private final WriteHistory history = new WriteHistory();
    private LanCluster cluster;
    private long begin;

    @BeforeEach
    void oneNode(@TempDir Path directory) {
        cluster = new LanCluster(directory);
        cluster.grow(1, 1);
        begin = System.nanoTime();
    }

    @AfterEach
    void remove() {
        cluster.close();
    }

    @Test
    @DisplayName("eight nodes have five servers, a dead one is replaced within a minute, and all that clients write"
            + " meanwhile is still there when three are left")
    void fiveAndBackToThree() {
        try (SteadyWriter _ = SteadyWriter.begin(cluster::any, BETWEEN_WRITES, history, SEED)) {
            cluster.grow(SIZE, CONCURRENT);
            cluster.isWhole(LIMIT);
            assertThat(cluster.voters()).as("servers of eight nodes").hasSize(5);
            said("eight nodes have five servers");

            aDeadServerIsReplaced();
            said("a dead server is replaced");

            cluster.shrink(3);
            cluster.isWhole(LIMIT);
            said("three nodes are left");
        }
        allThatWasWrittenIsThere();
    }

    private void aDeadServerIsReplaced() {
        LanMachine server = cluster.voters().getLast();
        String address = server.meshAddress();
        cluster.kill(server);
        long dead = System.nanoTime();
        Eventually.within(
                REPLACED,
                () -> "five of seven vote: " + cluster.first().voters() + "\n" + cluster.told(),
                () -> cluster.voters().size() == 5);
        System.out.printf("measured: a dead server of five is replaced in %d s%n", secondsSince(dead));
        Supplier<String> voters = () -> String.join("\n", cluster.first().voters());
        Eventually.within(
                LIMIT,
                () -> "the dead one does not vote: " + voters.get(),
                () -> !voters.get().contains(address));
        cluster.isWhole(LIMIT);
    }

    private void allThatWasWrittenIsThere() {
        LanMachine left = cluster.first();
        Eventually.within(
                LIMIT,
                () -> "the store has all that was written: " + wrong(left),
                () -> wrong(left).isEmpty());
        assertThat(history.count(Outcome.STORED))
                .as("writes that the store took")
                .isGreaterThan(100);
        Supplier<String> put =
                () -> left.run("consul kv put it/last 'of all' 2>&1 && consul kv get it/last 2>&1 || true");
        Eventually.within(
                LIMIT,
                () -> "the three take writes: " + put.get(),
                () -> put.get().endsWith("of all"));
    }

    private Map<String, String> wrong(LanMachine node) {
        return history.wrongIn(
                node.agent().config().mapping().below(SteadyWriter.PREFIX).asMap());
    }

    /** The store took writes all along, but for elections. */
    private void said(String what) {
        Duration silence = history.silence(begin, System.nanoTime());
        System.out.printf(
                "measured: %s after %d s; longest without a write: %.1f s; writes %s%n",
                what,
                secondsSince(begin),
                silence.toMillis() / 1000.0,
                List.of(history.count(Outcome.STORED), history.count(Outcome.KEPT), history.count(Outcome.UNKNOWN)));
        assertThat(silence).as("without a write until " + what).isLessThan(SILENCE);
    }

    private static long secondsSince(long moment) {
        return Duration.ofNanos(System.nanoTime() - moment).toSeconds();
    }
}
