package org.raptiformica.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.raptiformica.it.WriteHistory.Outcome;
import org.raptiformica.it.WriteHistory.Write;

/** A short one of what {@code bench/chaos} does for as long as one likes. */
@Isolated("it keeps both processors busy by itself")
class ChaosIT {

    private static final long SEED = 20261124;

    @Test
    @Acceptance
    @DisplayName("after three faults nothing acknowledged is lost, one decides, and all agree in the end")
    void nothingIsLostInThreeFaults(@TempDir Path directory) {
        System.out.println(Chaos.run(directory, SEED, 5, 3, 1));
    }

    @Test
    @DisplayName("whatever happens to five nodes, nothing acknowledged is lost, one decides, and all agree in the end")
    void nothingIsLost(@TempDir Path directory) {
        System.out.println(Chaos.run(directory, SEED, 5, ChaosFault.values().length, 1));
    }

    @Test
    @DisplayName("the seed alone says what happens to whom and when")
    void theSeedSaysAll() {
        ChaosPlan plan = ChaosPlan.of(SEED, 5, 40, 0.5);

        assertThat(plan).isEqualTo(ChaosPlan.of(SEED, 5, 40, 0.5)).isNotEqualTo(ChaosPlan.of(SEED + 1, 5, 40, 0.5));
    }

    @Test
    @DisplayName("the proof finds a write that is lost, one that is undone, and one that nobody made")
    void theProofFindsWhatIsLost() {
        WriteHistory history = new WriteHistory();
        history.add(new Write("a", Optional.of("1"), 0, 1, Outcome.STORED));
        history.add(new Write("a", Optional.of("2"), 2, 3, Outcome.KEPT));
        history.add(new Write("b", Optional.of("1"), 0, 1, Outcome.STORED));
        history.add(new Write("b", Optional.empty(), 2, 3, Outcome.UNKNOWN));

        assertThat(history.wrongIn(Map.of("a", "2", "b", "1"))).isEmpty();
        assertThat(history.wrongIn(Map.of("a", "2"))).isEmpty();
        assertThat(history.wrongIn(Map.of("b", "1"))).containsOnlyKeys("a");
        assertThat(history.wrongIn(Map.of("a", "1", "b", "1"))).containsOnlyKeys("a");
        assertThat(history.wrongIn(Map.of("a", "2", "b", "1", "c", "1"))).containsOnlyKeys("c");
    }

    @Test
    @DisplayName("the proof finds a decision and a removal of an agent whose successor was elected already")
    void theProofFindsTwoThatDecide() {
        String first = """
                2026-11-24T15:00:00Z roles: this agent decides (token 1)
                2026-11-24T15:00:01Z roles: a is to be a server (before; token 1, index 10)
                """;
        String second = """
                2026-11-24T15:01:00Z roles: this agent decides (token 2)
                2026-11-24T15:01:01Z roles: b is to be a server (before; token 2, index 20)
                """;
        String decision = "2026-11-24T15:02:00Z roles: c is to be a client (before; token 1, index 30)\n";
        String removal = "2026-11-24T15:02:00Z roles: the store does without c (before; token 1)\n";

        assertThat(overlaps(first, second)).isEmpty();
        assertThat(overlaps(first + decision, second)).hasSize(1);
        assertThat(overlaps(first + removal, second)).hasSize(1);
        assertThat(overlaps(first, first)).isNotEmpty();
        // It could not renew for a while and leads on; the other time somebody else led meanwhile.
        assertThat(overlaps(first + "2026-11-24T15:00:30Z roles: this agent decides (token 1)\n", second))
                .isEmpty();
        assertThat(overlaps(first + "2026-11-24T15:02:00Z roles: this agent decides (token 1)\n", second))
                .hasSize(1);
    }

    private static List<String> overlaps(String one, String other) {
        return ChaosLeads.of(Map.of("n01", one, "n02", other)).overlaps();
    }
}
