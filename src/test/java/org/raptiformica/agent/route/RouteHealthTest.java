package org.raptiformica.agent.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.raptiformica.agent.route.RouteHealth.Look;
import org.raptiformica.agent.route.RouteHealth.Verdict;

/** Four others: a and b linked, c and d reached over them. Looks every ten seconds, as {@link RouteWatch} does. */
class RouteHealthTest {

    private static final Set<String> ALL = Set.of("a", "b", "c", "d");

    private final RouteHealth health = new RouteHealth();
    private Instant now = Instant.EPOCH;
    private Set<String> linked = Set.of("a", "b");
    private Set<String> alive = ALL;
    private String self = "0";

    @BeforeEach
    void allAnswered() {
        look(Set.of());
    }

    private Verdict look(Set<String> silent) {
        Map<String, Boolean> answered = new HashMap<>();
        Set<String> asked = new HashSet<>(alive);
        asked.addAll(linked);
        asked.forEach(node -> answered.put(node, !silent.contains(node)));
        return health.after(new Look(self, answered, linked, alive), now);
    }

    /** What comes of silence for a while, but for the last verdict nothing else than redialling. */
    private Verdict silentFor(Duration time, Set<String> silent) {
        Instant end = now.plus(time);
        Verdict last = look(silent);
        while (now.isBefore(end)) {
            assertThat(last).isNotInstanceOf(Verdict.Restart.class);
            now = now.plusSeconds(10);
            last = look(silent);
        }
        return last;
    }

    @Test
    @DisplayName("one linked node is silent for a moment: nothing; for twenty seconds: its link is dialled anew, once")
    void redial() {
        assertThat(silentFor(Duration.ofSeconds(10), Set.of("a"))).isEqualTo(new Verdict.Fine());
        assertThat(silentFor(Duration.ofSeconds(10), Set.of("a"))).isEqualTo(new Verdict.Redial(Set.of("a")));
        assertThat(silentFor(Duration.ofMinutes(4), Set.of("a"))).isEqualTo(new Verdict.Fine());
    }

    @Test
    @DisplayName("more than half are silent for a minute: the engine is restarted, and then not again in vain")
    void mostly() {
        assertThat(silentFor(Duration.ofSeconds(60), Set.of("a", "b", "c"))).isInstanceOf(Verdict.Restart.class);
        health.restarted(now);
        assertThat(silentFor(Duration.ofHours(3), Set.of("a", "b", "c"))).isEqualTo(new Verdict.Fine());
    }

    @Test
    @DisplayName(
            "after silence that ended and began again the engine is restarted again, half an hour later at the earliest")
    void again() {
        silentFor(Duration.ofSeconds(60), ALL);
        health.restarted(now);
        now = now.plusSeconds(10);
        look(Set.of());
        assertThat(silentFor(RouteHealth.REST.minusSeconds(20), ALL)).isEqualTo(new Verdict.Fine());
        now = now.plusSeconds(10);
        assertThat(look(ALL)).isInstanceOf(Verdict.Restart.class);
    }

    @Test
    @DisplayName("one alone that others reach is silent for five minutes: the end with the lesser address restarts")
    void one() {
        assertThat(silentFor(RouteHealth.ONE_SILENT, Set.of("d"))).isInstanceOf(Verdict.Restart.class);
    }

    @Test
    @DisplayName("the other end does not")
    void otherEnd() {
        self = "z";
        assertThat(silentFor(Duration.ofHours(1), Set.of("d"))).isEqualTo(new Verdict.Fine());
    }

    @Test
    @DisplayName("nodes that are dead restart nothing, however many")
    void dead() {
        linked = Set.of("a");
        alive = Set.of("a");
        assertThat(silentFor(Duration.ofHours(1), Set.of("b", "c", "d"))).isEqualTo(new Verdict.Fine());
    }

    @Test
    @DisplayName("a node that never answered counts for nothing: its own filter may drop what is asked")
    void neverAnswered() {
        RouteHealth fresh = new RouteHealth();
        for (int i = 0; i < 100; i++) {
            Map<String, Boolean> none = Map.of("a", false, "b", false);
            assertThat(fresh.after(new Look("0", none, linked, alive), now.plusSeconds(10L * i)))
                    .isEqualTo(new Verdict.Fine());
        }
        assertThat(fresh.silent()).isEmpty();
    }
}
