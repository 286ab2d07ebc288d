package org.raptiformica.agent.departure;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

/** Marks of nodes that leave, their own and others', with a store in memory. */
class DepartedReconcilerTest {

    private static final NodeRecord SELF = new NodeRecord("self", ConsulRole.SERVER);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final MemoryStore store = new MemoryStore();
    private final List<Member> members = new ArrayList<>();
    private final List<String> done = new ArrayList<>();
    private boolean departing;

    @BeforeEach
    void aClusterOfTwo() {
        mapping().asMap().forEach(store::put);
        members.add(member("fd::1", Member.Status.ALIVE));
    }

    private static Mapping mapping() {
        return WholeReplica.whole(WholeReplica.node("other", "fd::2")
                .writtenTo(WholeReplica.node("self", "fd::1").writtenTo(Mapping.empty())));
    }

    private static Member member(String node, Member.Status status) {
        return new Member(node, node, 8301, status, Member.Type.SERVER, "1.8.7", 2, "raptiformica");
    }

    private Step reconcile(String markOf) {
        store.put(Keys.leaving(markOf), "1");
        return reconciler().reconcile(SELF);
    }

    private DepartedReconciler reconciler() {
        Replica replica = new Replica(new ConfigCache(new CacheDirectory(directory)));
        SharedConfig shared = new SharedConfig(store);
        replica.take(shared.look(Consistency.DEFAULT).mapping());
        return new DepartedReconciler(
                () -> members, done::add, () -> done.add("stays"), shared, replica, () -> departing);
    }

    private boolean marked(String key) {
        return store.get(Keys.leaving(key)).isPresent();
    }

    @Test
    @DisplayName("a mark that an interrupted departure of this node left behind is wiped")
    void theOwnMarkOfABrokenOffDepartureGoes() {
        assertThat(reconcile("self")).isInstanceOf(Step.Changed.class);

        assertThat(marked("self")).isFalse();
        assertThat(done).containsExactly("stays");
    }

    @Test
    @DisplayName("while this node leaves its mark stays")
    void theOwnMarkStaysDuringADeparture() {
        departing = true;

        assertThat(reconcile("self")).isEqualTo(Step.settled());
        assertThat(marked("self")).isTrue();
    }

    @Test
    @DisplayName("a node that said so and has left is forgotten")
    void whoHasLeftIsForgotten() {
        members.add(member("fd::2", Member.Status.LEFT));

        assertThat(reconcile("other")).isInstanceOf(Step.Changed.class);

        assertThat(store.getBelow(Keys.neighbour("other") + "/")).isEmpty();
        assertThat(marked("other")).isFalse();
        assertThat(done).containsExactly("fd::2");
    }

    @Test
    @DisplayName("a node that said so and is still there is not")
    void whoIsStillThereStays() {
        members.add(member("fd::2", Member.Status.ALIVE));

        assertThat(reconcile("other")).isEqualTo(Step.settled());
        assertThat(store.getBelow(Keys.neighbour("other") + "/")).isNotEmpty();
    }

    @Test
    @DisplayName("who failed and is in no entry counts as left, and is sent away once")
    void theUnknownDeadAreSentAway() {
        members.add(member("fd::2", Member.Status.FAILED));
        members.add(member("fd::3", Member.Status.FAILED));
        members.add(member("fd::4", Member.Status.ALIVE));
        DepartedReconciler reconciler = reconciler();

        assertThat(reconciler.reconcile(SELF))
                .isEqualTo(
                        Step.changed("counts as left, since it failed and the shared config does not know it: fd::3"));
        assertThat(reconciler.reconcile(SELF)).isEqualTo(Step.settled());

        assertThat(done).containsExactly("fd::3");
    }
}
