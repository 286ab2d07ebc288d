package org.raptiformica.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.raptiformica.it.WriteHistory.Outcome;

/** A cluster of four nodes, three of them servers of the store, loses a server while a client writes. */
class ServerFailureIT {

    private static final int SEED = 4;
    private static final int WRITES = 20;
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final Duration BETWEEN_WRITES = Duration.ofMillis(250);

    private final WriteHistory history = new WriteHistory();
    private LanCluster cluster;

    @BeforeEach
    void fourNodes(@TempDir Path directory) {
        cluster = new LanCluster(directory);
        cluster.grow(4, 3);
    }

    @AfterEach
    void remove() {
        cluster.close();
    }

    @Test
    @Acceptance
    @DisplayName("a server that is killed is replaced while a client writes, and no acknowledged write is lost")
    void aKilledServerIsReplaced() {
        cluster.isWhole(LIMIT);
        try (SteadyWriter _ = SteadyWriter.begin(cluster::any, BETWEEN_WRITES, history, SEED)) {
            writesAreStored("before a server is killed");
            LanMachine server = cluster.voters().getLast();
            cluster.kill(server);
            cluster.isWhole(LIMIT);
            assertThat(cluster.voters())
                    .as("servers, of which one was the client agent before")
                    .hasSize(3)
                    .doesNotContain(server);
            writesAreStored("after the server was replaced");
        }
        Eventually.within(
                LIMIT,
                () -> "every node has what was acknowledged: " + lost() + "\n" + cluster.told(),
                () -> lost().isEmpty());
    }

    private void writesAreStored(String when) {
        long wanted = WRITES + (long) history.count(Outcome.STORED);
        Eventually.within(
                LIMIT,
                () -> "%d writes are stored %s, of %d wanted\n%s"
                        .formatted(history.count(Outcome.STORED), when, wanted, cluster.told()),
                () -> history.count(Outcome.STORED) >= wanted);
    }

    private Map<String, String> lost() {
        for (LanMachine node : cluster.nodes()) {
            Map<String, String> wrong = history.wrongIn(
                    node.agent().config().mapping().below(SteadyWriter.PREFIX).asMap());
            if (!wrong.isEmpty()) {
                return wrong;
            }
        }
        return Map.of();
    }
}
