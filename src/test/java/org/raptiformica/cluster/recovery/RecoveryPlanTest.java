package org.raptiformica.cluster.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.raptiformica.cluster.api.StoreServer;
import org.raptiformica.cluster.api.StoreState;

/** What is done, on command, for a store without a leader. */
class RecoveryPlanTest {

    private static final List<String> THREE = List.of("a", "b", "c");

    @Test
    void nothingIsDoneToAStoreWithALeader() {
        assertThat(RecoveryPlan.of(List.of(server("a", THREE), client("d", THREE, true))))
                .isInstanceOf(RecoveryPlan.Nothing.class);
    }

    @Test
    void nothingIsDoneWhileEnoughServersAreThere() {
        assertThat(RecoveryPlan.of(List.of(server("a", THREE), server("b", THREE))))
                .isInstanceOf(RecoveryPlan.Nothing.class);
    }

    @Test
    void nothingIsDoneWhenNobodyAnswers() {
        assertThat(RecoveryPlan.of(List.of())).isInstanceOf(RecoveryPlan.Nothing.class);
    }

    @Test
    void theServersThatAreLeftGoOnWithoutTheLost() {
        assertThat(RecoveryPlan.of(List.of(server("a", THREE), client("d", List.of(), false))))
                .isEqualTo(new RecoveryPlan.GoOn(List.of(new StoreServer("a", "id-a")), List.of("b", "c")));
    }

    @Test
    void aServerWithoutItsDataIsNoServer() {
        StoreState emptied = new StoreState("b", true, Optional.of("id-b"), false, false, THREE, List.of("b"), 0, 0);

        assertThat(RecoveryPlan.of(List.of(server("a", THREE), emptied)))
                .isEqualTo(new RecoveryPlan.GoOn(List.of(new StoreServer("a", "id-a")), List.of("b", "c")));
    }

    @Test
    @DisplayName("a server whose copy was never filled, so that it names nobody, is none whose data is left")
    void anEmptyCopyIsNone() {
        StoreState fresh = server("d", List.of());

        assertThat(RecoveryPlan.of(List.of(fresh, client("e", List.of(), false))))
                .isEqualTo(new RecoveryPlan.FoundAnew("e", List.of()));
    }

    @Test
    @DisplayName("nothing is done while a server that may have data has a Consul that does not answer")
    void unknownDataIsNotGivenUp() {
        StoreState starting = new StoreState("a", true, Optional.of("id-a"), true, false, List.of(), List.of(), 0, 0);

        assertThat(RecoveryPlan.of(List.of(starting, client("d", List.of(), false))))
                .isInstanceOf(RecoveryPlan.Nothing.class);
    }

    @Test
    @DisplayName("nothing is done while gossip knows of a server that is alive and does not answer the client")
    void anAliveServerThatIsNotReachedForbidsIt() {
        StoreState seesB = new StoreState("a", true, Optional.of("id-a"), true, false, THREE, List.of("a", "b"), 0, 0);

        assertThat(RecoveryPlan.of(List.of(seesB)))
                .isInstanceOfSatisfying(
                        RecoveryPlan.Nothing.class,
                        plan -> assertThat(plan.why()).contains("server b"));
    }

    @Test
    @DisplayName(
            "without any server the replica that has seen most of the store founds, and the time of its file is second")
    void withoutAnyServerTheNewestReplicaFounds() {
        StoreState farthest = replica("d", 90, 10);
        StoreState touched = replica("e", 80, 30);
        StoreState older = replica("f", 90, 5);

        assertThat(RecoveryPlan.of(List.of(farthest, touched, older)))
                .isEqualTo(new RecoveryPlan.FoundAnew("d", List.of()));
    }

    @Test
    void oldDataOnAClientAgentIsNotUsed() {
        StoreState demoted = new StoreState("d", false, Optional.of("id-d"), true, false, THREE, List.of(), 0, 10);

        assertThat(RecoveryPlan.of(List.of(demoted))).isEqualTo(new RecoveryPlan.FoundAnew("d", THREE));
    }

    private static StoreState server(String node, List<String> servers) {
        return new StoreState(node, true, Optional.of("id-" + node), true, false, servers, List.of(node), 0, 0);
    }

    private static StoreState client(String node, List<String> servers, boolean leader) {
        return new StoreState(node, false, Optional.of("id-" + node), false, leader, servers, List.of(), 0, 0);
    }

    private static StoreState replica(String node, long base, long changed) {
        return new StoreState(
                node, false, Optional.of("id-" + node), false, false, List.of(), List.of(), base, changed);
    }
}
