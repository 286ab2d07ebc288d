package org.raptiformica.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
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
        StoreState emptied = new StoreState("b", true, Optional.of("id-b"), false, false, THREE, 0);

        assertThat(RecoveryPlan.of(List.of(server("a", THREE), emptied)))
                .isEqualTo(new RecoveryPlan.GoOn(List.of(new StoreServer("a", "id-a")), List.of("b", "c")));
    }

    @Test
    void withoutAnyServerTheNewestReplicaFounds() {
        StoreState older = new StoreState("d", false, Optional.of("id-d"), false, false, List.of(), 10);
        StoreState newer = new StoreState("e", false, Optional.of("id-e"), false, false, List.of(), 20);

        assertThat(RecoveryPlan.of(List.of(older, newer))).isEqualTo(new RecoveryPlan.FoundAnew("e", List.of()));
    }

    @Test
    void oldDataOnAClientAgentIsNotUsed() {
        StoreState demoted = new StoreState("d", false, Optional.of("id-d"), true, false, THREE, 10);

        assertThat(RecoveryPlan.of(List.of(demoted))).isEqualTo(new RecoveryPlan.FoundAnew("d", THREE));
    }

    private static StoreState server(String node, List<String> servers) {
        return new StoreState(node, true, Optional.of("id-" + node), true, false, servers, 0);
    }

    private static StoreState client(String node, List<String> servers, boolean leader) {
        return new StoreState(node, false, Optional.of("id-" + node), false, leader, servers, 0);
    }
}
