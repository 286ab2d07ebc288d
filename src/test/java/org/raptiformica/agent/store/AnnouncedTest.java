package org.raptiformica.agent.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.raptiformica.consensus.Announcement;
import org.raptiformica.consul.Event;

class AnnouncedTest {

    private final Announced announced = new Announced();

    private void hear(String... texts) {
        announced.hear(List.of(texts).stream()
                .map(text -> new Event(text, Announcement.NAME, text))
                .toList());
    }

    private long index() {
        return announced.latest().map(Announcement::index).orElse(-1L);
    }

    @Test
    @DisplayName("the last one counts, also of a store that was founded anew and counts from one again")
    void theLastCounts() {
        hear("9 200:1::1", "20 200:2::2");
        assertThat(index()).isEqualTo(20);
        hear("9 200:1::1", "20 200:2::2", "3 200:3::3");
        assertThat(index()).isEqualTo(3);
    }

    @Test
    @DisplayName("a Consul that was started anew has heard nothing, but this node has")
    void whatWasHeardStays() {
        hear("20 200:2::2");
        hear();
        assertThat(index()).isEqualTo(20);
    }

    @Test
    void whatIsNoAnnouncementCountsForNothing() {
        hear("", "servers!", "3 a-name", "x 200:1::1", "7", "0 200:1::1", "-1 200:1::1");
        assertThat(announced.latest()).isEmpty();
    }
}
