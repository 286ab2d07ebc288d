package org.raptiformica.agent.role;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.raptiformica.consensus.Member;
import org.raptiformica.consensus.StoreView;
import org.raptiformica.consul.RaftServer;

/** When the servers are announced, by a clock that the test moves; {@code 200::1} is the only one that votes. */
class AnnouncingTest {

    private Instant now = Instant.EPOCH;
    private final Announcing announcing = new Announcing(() -> now);

    private static Member member(String node, Member.Type type) {
        return new Member(node, node, 8301, Member.Status.ALIVE, type, "1.8.7", 2, "raptiformica");
    }

    private static StoreView view(Member... others) {
        List<Member> members = Arrays.asList(others);
        return new StoreView(
                members, List.of(new RaftServer("id", "1", "[200::1]:8300", true, true)), Map.of(), Set.of(), Set.of());
    }

    private static final Member VOTER = member("200::1", Member.Type.SERVER);
    private static final Member CLIENT = member("200::2", Member.Type.CLIENT);
    private static final Member STRANDED = member("200::3", Member.Type.SERVER);

    private boolean after(long seconds, Member... members) {
        now = now.plusSeconds(seconds);
        boolean due = announcing.due(view(members));
        if (due) {
            announcing.done();
        }
        return due;
    }

    @Test
    @DisplayName("once by each new elected agent, and every five minutes while nothing changes")
    void quietWhileNothingChanges() {
        assertThat(after(0, VOTER, CLIENT)).isTrue();
        assertThat(after(60, VOTER, CLIENT)).isFalse();
        assertThat(after(60, VOTER)).as("one goes").isFalse();
        assertThat(after(180, VOTER)).as("for who missed it").isTrue();
    }

    @Test
    @DisplayName("when a node comes back, but not within ten seconds of the last time")
    void whenOneComesBack() {
        after(0, VOTER);
        assertThat(after(5, VOTER, CLIENT)).isFalse();
        assertThat(after(5, VOTER, CLIENT)).isTrue();
    }

    @Test
    @DisplayName("again and again while somebody takes itself for a server")
    void whileSomebodyTakesItselfForAServer() {
        after(0, VOTER, STRANDED);
        assertThat(after(10, VOTER, STRANDED)).isTrue();
        assertThat(after(10, VOTER, STRANDED)).isTrue();
        assertThat(after(10, VOTER, CLIENT)).as("200::2 comes").isTrue();
        assertThat(after(10, VOTER, CLIENT)).isFalse();
    }

    @Test
    @DisplayName("what could not be said is said later")
    void whatCouldNotBeSaidIsSaidLater() {
        assertThat(announcing.due(view(VOTER))).isTrue();
        assertThat(announcing.due(view(VOTER))).isTrue();
    }
}
