package org.raptiformica.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.raptiformica.consul.RaftServer;

/** What the elected agent makes of what it sees. Nodes are {@code fd::1}, {@code fd::2}, … */
class RoleDecisionsTest {

    private long now = Duration.ofDays(3).toNanos();
    private final RoleDecisions decisions = new RoleDecisions(() -> now);
    private final List<Member> members = new ArrayList<>();
    private final List<RaftServer> raft = new ArrayList<>();
    private final Map<String, ConsulRole> told = new HashMap<>();
    private final Set<String> leaving = new HashSet<>();
    private final Set<String> unwell = new HashSet<>();

    @Test
    void aNodeIsPromotedOnceItHasBeenSeenForAWhile() {
        leader(1);
        client(2);
        client(3);

        assertThat(decisions.next(view())).isEmpty();
        pass(Roles.SETTLED);

        assertThat(decisions.next(view())).contains(new RoleChange.Promote("fd::2"));
    }

    @Test
    void nothingElseIsDoneWhileANodeBecomesAServer() {
        leader(1);
        client(2);
        client(3);
        settle();
        told.put("fd::2", ConsulRole.SERVER);

        assertThat(decisions.next(view())).as("told, restarting").isEmpty();
        raft.add(server(2, false, false));
        assertThat(decisions.next(view())).as("learning").isEmpty();
        assertThat(decisions.restless(view())).isTrue();
        raft.removeLast();
        raft.add(server(2, false, true));
        assertThat(decisions.next(view())).as("voting").contains(new RoleChange.Promote("fd::3"));
    }

    @Test
    void aNodeThatDoesNotManageIsGivenUpForAnother() {
        leader(1);
        client(2);
        client(3);
        client(4);
        settle();
        told.put("fd::2", ConsulRole.SERVER);
        assertThat(decisions.next(view())).isEmpty();
        pass(RoleDecisions.LEARNING_LIMIT.plusSeconds(1));

        assertThat(decisions.next(view())).contains(new RoleChange.Demote("fd::2"));
        told.put("fd::2", ConsulRole.CLIENT);
        assertThat(decisions.next(view())).contains(new RoleChange.Promote("fd::3"));
    }

    @Test
    void aDemotionThatWasBegunIsEndedFirst() {
        leader(1);
        voter(2);
        told.put("fd::2", ConsulRole.CLIENT);

        assertThat(decisions.next(view())).contains(new RoleChange.Demote("fd::2"));
    }

    @Test
    void aServerThatComesBackAfterItWasReplacedIsSentAway() {
        leader(1);
        voter(2);
        voter(3);
        voter(4);
        told.put("fd::4", ConsulRole.CLIENT);

        assertThat(decisions.next(view())).contains(new RoleChange.Demote("fd::4"));
    }

    @Test
    void aServerThatWasSentAwayWhileItWasAwayMayStayUntilItHasHeardOfIt() {
        leader(1);
        voter(2);
        members.add(member(3, Member.Status.ALIVE, Member.Type.SERVER));
        told.put("fd::3", ConsulRole.CLIENT);
        assertThat(decisions.next(view())).isEmpty();
        raft.add(server(3, false, false));

        assertThat(decisions.next(view()))
                .as("taken in again by Consul's leader")
                .isEmpty();
        pass(RoleDecisions.HEARING);

        assertThat(decisions.next(view())).contains(new RoleChange.Demote("fd::3"));
    }

    @Test
    void noDemotionIsEndedThatWouldCostTheMajority() {
        leader(1);
        voter(2);
        voter(3);
        told.put("fd::2", ConsulRole.CLIENT);
        fail(3);

        assertThat(decisions.next(view())).isEmpty();
    }

    @Test
    void whoIsNoServerAnyMoreDoesNotCountAsOne() {
        leader(1);
        raft.add(server(2, false, true));
        members.add(member(2, Member.Status.ALIVE, Member.Type.CLIENT));

        assertThat(decisions.next(view())).contains(new RoleChange.Remove("fd::2"));
    }

    @Test
    void aServerThatNobodyKnowsAnyMoreIsRemoved() {
        leader(1);
        voter(2);
        raft.add(server(9, false, true));

        assertThat(decisions.next(view())).contains(new RoleChange.Remove("fd:0:0:0:0:0:0:9"));
    }

    @Test
    void aServerThatIsUnwellHoldsChangesBackAndIsReplacedWhenItStaysSo() {
        leader(1);
        voter(2);
        voter(3);
        client(4);
        settle();
        unwell.add("id-3");

        assertThat(decisions.next(view())).isEmpty();
        pass(Roles.GONE.plusSeconds(1));

        assertThat(decisions.next(view())).contains(new RoleChange.Promote("fd::4"));
    }

    @Test
    void aDeadServerIsReplaced() {
        leader(1);
        voter(2);
        voter(3);
        client(4);
        settle();
        fail(3);
        assertThat(decisions.next(view())).as("it may come back").isEmpty();
        pass(Roles.GONE.plusSeconds(1));

        assertThat(decisions.next(view())).contains(new RoleChange.Promote("fd::4"));
    }

    @Test
    void departuresAreCountedAndForgottenAfterAnHour() {
        client(2);
        for (int i = 0; i < Roles.UNSTEADY; i++) {
            decisions.see(members);
            fail(2);
            decisions.see(members);
            members.clear();
            client(2);
        }
        decisions.see(members);
        assertThat(departures()).isEqualTo(Roles.UNSTEADY);

        pass(Duration.ofMinutes(61));
        decisions.see(members);

        assertThat(departures()).isZero();
    }

    @Test
    void whoLeftIsNoCandidate() {
        members.add(member(2, Member.Status.LEFT, Member.Type.CLIENT));

        assertThat(decisions.candidates(view())).isEmpty();
    }

    @Test
    void whatIsNotedOfNodesThatAreNoMoreIsForgotten() {
        leader(1);
        told.put("fd::1", ConsulRole.SERVER);
        told.put("fd::8", ConsulRole.CLIENT);
        leaving.add("fd::9");

        assertThat(RoleDecisions.forgotten(view())).containsExactlyInAnyOrder("fd::8", "fd::9");
    }

    @Test
    void aClusterAtRestIsNotRestless() {
        leader(1);
        client(2);
        decisions.next(view());
        assertThat(decisions.restless(view())).isTrue();
        settle();

        assertThat(decisions.restless(view())).isFalse();
    }

    private int departures() {
        return decisions.candidates(view()).getFirst().departures();
    }

    private void settle() {
        decisions.next(view());
        pass(Duration.ofMinutes(1));
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private void leader(int n) {
        raft.add(server(n, true, true));
        members.add(member(n, Member.Status.ALIVE, Member.Type.SERVER));
    }

    private void voter(int n) {
        raft.add(server(n, false, true));
        members.add(member(n, Member.Status.ALIVE, Member.Type.SERVER));
    }

    private void client(int n) {
        members.add(member(n, Member.Status.ALIVE, Member.Type.CLIENT));
    }

    private void fail(int n) {
        members.replaceAll(
                member -> member.node().equals("fd::" + n) ? member(n, Member.Status.FAILED, member.type()) : member);
    }

    private StoreView view() {
        return new StoreView(
                List.copyOf(members), List.copyOf(raft), Map.copyOf(told), Set.copyOf(leaving), Set.copyOf(unwell));
    }

    /** Consul writes an address shorter than Java does. */
    private static RaftServer server(int n, boolean leader, boolean voter) {
        return new RaftServer("id-" + n, "", "[fd:0:0:0:0:0:0:" + n + "]:8300", leader, voter);
    }

    private static Member member(int n, Member.Status status, Member.Type type) {
        return new Member("fd::" + n, "fd::" + n, 8301, status, type, "1.8.7", 2, "raptiformica");
    }
}
