package org.raptiformica.consul;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rules of Consul's documentation, "Blocking Queries", section "Implementation Details". */
class BlockingQueryTest {

    @Test
    void waitsForTheIndexOfTheLastAnswer() {
        assertThat(askedAfter(5, 9, 9)).containsExactly(0L, 5L, 9L);
    }

    @Test
    void startsAnewWhenTheIndexGoesBackwards() {
        assertThat(askedAfter(9, 4, 4, 4)).containsExactly(0L, 9L, 0L, 4L);
    }

    @Test
    void takesAnIndexBelowOneForOneSoThatItIsNoBusyLoop() {
        assertThat(askedAfter(0, 0, 3)).containsExactly(0L, 1L, 1L);
    }

    @Test
    void comparesIndexesUnsignedForThoseOfEventsAreHashes() {
        assertThat(askedAfter(5, -1, -1)).containsExactly(0L, 5L, -1L);
        assertThat(Read.now()
                        .after(-1, Duration.ofSeconds(1))
                        .applyTo(Request.get("/x"))
                        .target())
                .isEqualTo("/x?index=18446744073709551615&wait=1000ms");
    }

    private static List<Long> askedAfter(long... answers) {
        List<Long> asked = new ArrayList<>();
        Iterator<Long> next = Arrays.stream(answers).iterator();
        BlockingQuery<String> query = new BlockingQuery<>(
                read -> {
                    asked.add(read.index());
                    return new Answer<>("", next.next(), true, Duration.ZERO);
                },
                Consistency.DEFAULT,
                Duration.ofSeconds(1));
        Arrays.stream(answers).forEach(_ -> query.next());
        return asked;
    }
}
