package org.raptiformica.agent.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RestartTurnsTest {

    private static final Instant NOW = Instant.parse("2026-11-28T02:00:00Z");

    private static List<String> cluster(int nodes) {
        return IntStream.range(0, nodes)
                .mapToObj("200:%x::1"::formatted)
                .sorted()
                .toList();
    }

    private static List<String> whoseTurn(List<String> nodes, Instant now) {
        return nodes.stream()
                .filter(self -> RestartTurns.isOf(
                        self, nodes.stream().filter(it -> !it.equals(self)).toList(), now))
                .toList();
    }

    @Test
    void aNodeAloneNeedNotWait() {
        assertThat(RestartTurns.isOf("200::1", List.of(), NOW)).isTrue();
    }

    @Test
    void noTwoOfFourHaveTheSameTurn() {
        List<String> nodes = cluster(4);

        List<String> inOrder = IntStream.range(0, 4)
                .mapToObj(turn -> whoseTurn(nodes, NOW.plus(Duration.ofSeconds(30L * turn))))
                .peek(turn -> assertThat(turn).hasSize(1))
                .flatMap(List::stream)
                .toList();

        assertThat(inOrder).containsExactlyInAnyOrderElementsOf(nodes);
    }

    @Test
    void aTurnLastsHalfAMinute() {
        List<String> nodes = cluster(4);

        assertThat(whoseTurn(nodes, NOW.plusSeconds(29))).isEqualTo(whoseTurn(nodes, NOW));
    }

    @Test
    void noneOfAHundredWaitsLongerThanTwoMinutesAndNeverMoreThanAQuarterGoesAtOnce() {
        List<String> nodes = cluster(100);

        List<List<String>> turns = IntStream.range(0, 4)
                .mapToObj(turn -> whoseTurn(nodes, NOW.plus(Duration.ofSeconds(30L * turn))))
                .toList();

        assertThat(turns).allSatisfy(turn -> assertThat(turn).hasSize(25));
        assertThat(turns.stream().flatMap(List::stream)).containsExactlyInAnyOrderElementsOf(nodes);
    }
}
