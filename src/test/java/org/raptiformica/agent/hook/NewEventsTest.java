package org.raptiformica.agent.hook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.raptiformica.consul.Event;

class NewEventsTest {

    private final NewEvents events = new NewEvents();

    private boolean seen(String... ids) {
        return events.in(Stream.of(ids).map(NewEventsTest::event).toList());
    }

    private static Event event(String id) {
        return new Event(id, "notify_cluster_change", "");
    }

    @Test
    void whatWasFiredBeforeTheAgentBeganIsNoNews() {
        assertThat(seen("a", "b")).isFalse();
    }

    @Test
    void anAnswerWithoutAChangeIsNoNews() {
        seen("a");

        assertThat(seen("a")).isFalse();
    }

    @Test
    void anotherEventIsNews() {
        seen("a");

        assertThat(seen("a", "b")).isTrue();
        assertThat(seen("a", "b")).isFalse();
    }
}
