package org.raptiformica.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.raptiformica.consul.RaftServer;

class AnnouncementTest {

    private static Set<InetAddress> longest(int voters) {
        return IntStream.range(0, voters)
                .mapToObj(i -> InetAddress.ofLiteral("2001:1111:2222:3333:4444:5555:6666:777" + i))
                .collect(Collectors.toSet());
    }

    @Test
    void isReadAsItWasWritten() {
        Announcement news = new Announcement(1234, longest(3));
        assertThat(Announcement.parse(news.text())).contains(news);
    }

    @Test
    @DisplayName("it replaces a server that it does not name and whose own copy of the store ends before it")
    void replacesWhoDoesNotKnowIt() {
        InetAddress one = InetAddress.ofLiteral("200::1");
        Announcement others = new Announcement(100, Set.of(InetAddress.ofLiteral("200::2")));
        assertThat(others.replaces(one, 99)).isTrue();
        assertThat(others.replaces(one, 100))
                .as("it knows, and may be one again")
                .isFalse();
        assertThat(new Announcement(100, Set.of(one)).replaces(one, 99))
                .as("it is one")
                .isFalse();
    }

    @Test
    @DisplayName("only those that vote are announced")
    void onlyThoseThatVote() {
        assertThat(Announcement.voters(List.of(
                        new RaftServer("1", "one", "[200::1]:8300", true, true),
                        new RaftServer("2", "two", "[200::2]:8300", false, false))))
                .containsExactly(InetAddress.ofLiteral("200::1"));
    }

    @Test
    @DisplayName("as many as are said to fit do, with the longest addresses and index")
    void asManyAsFit() {
        assertThat(Announcement.fitsAnEvent(longest(7))).isTrue();
        assertThat(Announcement.NAME + new Announcement(Long.MAX_VALUE, longest(7)).text())
                .hasSizeLessThanOrEqualTo(350);
        assertThat(Announcement.fitsAnEvent(longest(8))).isFalse();
    }
}
