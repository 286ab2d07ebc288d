package org.raptiformica.agent.departure;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.raptiformica.agent.node.NodeRecord;
import org.raptiformica.agent.reconcile.Step;
import org.raptiformica.agent.replica.Replica;
import org.raptiformica.agent.replica.WholeReplica;
import org.raptiformica.config.CacheDirectory;
import org.raptiformica.config.ConfigCache;
import org.raptiformica.config.Keys;
import org.raptiformica.config.Mapping;
import org.raptiformica.consensus.ConsulRole;
import org.raptiformica.consensus.Member;
import org.raptiformica.consensus.MemoryStore;
import org.raptiformica.consensus.SharedConfig;
import org.raptiformica.consul.Consistency;
import org.raptiformica.consul.Operation;

/** Nodes that are away for long, with a store in memory and a clock that the test moves. */
class EvictionReconcilerTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final NodeRecord SELF = new NodeRecord("self", ConsulRole.SERVER);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final MemoryStore store = new MemoryStore();
    private final List<Member> members = new ArrayList<>();
    private final List<String> left = new ArrayList<>();
    private Instant now = START;
    private Optional<Operation> guard = Optional.of(new Operation.CheckAbsent("no/such/key"));

    @BeforeEach
    void threeNodesOfWhichOneFailed() {
        Mapping mapping = Mapping.of(Map.of(
                "raptiformica/server/s/x/bootstrap", "true",
                "raptiformica/compute/c/s/source", "s",
                "raptiformica/platform/default/hooks/after_mesh/x/command", "c"));
        mapping.asMap().forEach(store::put);
        node("self", "fd::1", Optional.of(START));
        node("there", "fd::2", Optional.of(START));
        node("away", "fd::3", Optional.of(START));
        members.add(member("fd::1", Member.Status.ALIVE));
        members.add(member("fd::2", Member.Status.ALIVE));
        members.add(member("fd::3", Member.Status.FAILED));
    }

    private void node(String key, String address, Optional<Instant> seen) {
        WholeReplica.node(key, address)
                .saying(List.of(), Optional.empty(), seen)
                .writtenTo(Mapping.empty())
                .asMap()
                .forEach(store::put);
    }

    private static Member member(String node, Member.Status status) {
        return new Member(node, node, 8301, status, Member.Type.CLIENT, "1.8.7", 2, "raptiformica");
    }

    /** Time passes, and who is there says so. */
    private void pass(Duration time) {
        now = now.plus(time);
        node("self", "fd::1", Optional.of(now));
        node("there", "fd::2", Optional.of(now));
    }

    private Step reconcile() {
        SharedConfig shared = new SharedConfig(store);
        Replica replica = new Replica(new ConfigCache(new CacheDirectory(directory)));
        replica.take(shared.look(Consistency.DEFAULT).mapping());
        return new EvictionReconciler(() -> members, left::add, shared, replica, () -> guard, () -> now)
                .reconcile(SELF);
    }

    private List<String> entries() {
        return List.copyOf(
                new SharedConfig(store).look(Consistency.DEFAULT).mapping().children(Keys.NEIGHBOURS));
    }

    @Test
    @DisplayName("a node that is away stays for thirty days, and not for longer")
    void afterThirtyDays() {
        pass(Duration.ofDays(30));
        assertThat(reconcile()).isEqualTo(Step.settled());

        pass(Duration.ofSeconds(1));
        assertThat(reconcile())
                .isEqualTo(Step.changed("forgot away, last seen " + START + ": away for more than 30 days"));

        assertThat(entries()).containsExactly("self", "there");
        assertThat(left).containsExactly("fd::3");
    }

    @Test
    @DisplayName("the shared config may say after how many days")
    void afterAsManyDaysAsAPersonSays() {
        store.put(Keys.EVICT_AFTER_DAYS, "2");
        pass(Duration.ofDays(3));

        assertThat(reconcile()).isInstanceOf(Step.Changed.class);
        assertThat(entries()).containsExactly("self", "there");
    }

    @Test
    @DisplayName("what is no number of days counts for nothing")
    void nonsenseIsIgnored() {
        store.put(Keys.EVICT_AFTER_DAYS, "0");
        pass(Duration.ofDays(3));

        assertThat(reconcile()).isEqualTo(Step.settled());
    }

    @Test
    @DisplayName("who is alive stays, whatever its entry says")
    void theAliveStay() {
        members.set(2, member("fd::3", Member.Status.ALIVE));
        pass(Duration.ofDays(99));

        assertThat(reconcile()).isEqualTo(Step.settled());
    }

    @Test
    @DisplayName("a node that Consul does not remember any more is forgotten too")
    void whoIsNoMemberAnyMore() {
        members.removeLast();
        pass(Duration.ofDays(31));

        assertThat(reconcile()).isInstanceOf(Step.Changed.class);
        assertThat(entries()).containsExactly("self", "there");
    }

    @Test
    @DisplayName("who is not elected forgets nobody")
    void onlyTheElectedOne() {
        guard = Optional.empty();
        pass(Duration.ofDays(31));

        assertThat(reconcile()).isEqualTo(Step.settled());
        assertThat(entries()).contains("away");
    }

    @Test
    @DisplayName("an entry that never said when its node was there stays")
    void neverSeenStays() {
        store.delete(Keys.neighbour("away", "last_seen"));
        pass(Duration.ofDays(99));

        assertThat(reconcile()).isEqualTo(Step.settled());
    }

    @Test
    @DisplayName("an elected agent whose clock is months ahead of all others forgets nobody by it")
    void aClockThatIsAhead() {
        now = now.plus(Duration.ofDays(90));

        assertThat(reconcile()).isEqualTo(Step.settled());
        assertThat(entries()).contains("away");
    }
}
