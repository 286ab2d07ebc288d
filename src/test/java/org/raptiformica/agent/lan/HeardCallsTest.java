package org.raptiformica.agent.lan;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class HeardCallsTest {

    private Instant now = Instant.EPOCH;
    private final HeardCalls heard = new HeardCalls(() -> now);

    private static HeardAt at(int number) {
        return new HeardAt("192.0.2." + number, 4863);
    }

    @Test
    @DisplayName("a node heard is remembered for three minutes after its last call")
    void remembered() {
        assertThat(heard.heard("a", at(1))).isTrue();
        now = now.plus(HeardCalls.MEMORY).minusMillis(1);
        assertThat(heard.places()).isEqualTo(Map.of("a", List.of(at(1))));
        assertThat(heard.heard("a", at(1))).as("news").isFalse();
        now = now.plus(HeardCalls.MEMORY).minusMillis(1);
        assertThat(heard.places()).containsOnlyKeys("a");
        now = now.plusMillis(1);
        assertThat(heard.places()).isEmpty();
        assertThat(heard.heard("a", at(1))).as("news").isTrue();
    }

    @Test
    @DisplayName("of a node the last places are remembered, the newest first, and one more is no news")
    void places() {
        assertThat(heard.heard("a", at(1))).isTrue();
        assertThat(heard.heard("a", at(2))).isTrue();
        now = now.plusSeconds(1);
        heard.heard("a", at(1));
        assertThat(heard.places()).as("the order stays").isEqualTo(Map.of("a", List.of(at(2), at(1))));
        for (int number = 3; number < 100; number++) {
            now = now.plusSeconds(1);
            assertThat(heard.heard("a", at(number)))
                    .as("news, place %d", number)
                    .isEqualTo(number == 3);
        }
        assertThat(heard.places()).isEqualTo(Map.of("a", List.of(at(99), at(98), at(97))));
    }

    @Test
    @DisplayName("a few nodes are remembered, those heard first, until one of them is forgotten")
    void few() {
        for (int number = 0; number < 100; number++) {
            assertThat(heard.heard("node" + number, at(number))).isEqualTo(number < HeardCalls.MOST_NODES);
        }
        assertThat(heard.places()).hasSize(HeardCalls.MOST_NODES).containsKey("node0");
        now = now.plus(HeardCalls.MEMORY);
        assertThat(heard.heard("late", at(1))).isTrue();
        assertThat(heard.places()).containsOnlyKeys("late");
    }
}
