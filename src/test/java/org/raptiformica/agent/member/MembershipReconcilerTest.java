package org.raptiformica.agent.member;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.raptiformica.agent.node.NodeRecord;
import org.raptiformica.agent.reconcile.Step;
import org.raptiformica.agent.replica.Replica;
import org.raptiformica.agent.replica.WholeReplica;
import org.raptiformica.config.Mapping;
import org.raptiformica.config.Neighbour;
import org.raptiformica.consensus.ConsulRole;
import org.raptiformica.consul.ToldConsul;
import org.raptiformica.host.Waiting;

/** Four nodes in the shared config; a Consul that knows some of them alive and remembers whom it was told to join. */
class MembershipReconcilerTest {

    @TempDir
    Path directory;

    private final ToldConsul consul = new ToldConsul();

    @BeforeEach
    void begin() {
        consul.leader(true);
        alive(0);
    }

    @AfterEach
    void end() {
        consul.close();
    }

    private void alive(int... numbers) {
        consul.members(
                List.of(),
                IntStream.of(numbers)
                        .mapToObj(MembershipReconcilerTest::address)
                        .toList());
    }

    private static String address(int number) {
        return "200:0:0:0:0:0:0:%x".formatted(number);
    }

    private MembershipReconciler reconciler() {
        Mapping mapping = Mapping.empty();
        for (int number = 0; number < 4; number++) {
            mapping = new Neighbour(
                            "k" + number,
                            Optional.of("192.0.2." + number),
                            22,
                            "yggdrasil",
                            4863,
                            address(number),
                            "n" + number,
                            "",
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty())
                    .writtenTo(mapping);
        }
        Replica replica = WholeReplica.in(directory.resolve("cache"), mapping);
        return new MembershipReconciler(consul.client(), replica);
    }

    private static String join(int number) {
        return "/v1/agent/join/[" + address(number) + "]:8301";
    }

    private static NodeRecord self(ConsulRole role) {
        return new NodeRecord("k0", role);
    }

    private void joins(MembershipReconciler membership, int... numbers) {
        for (int number : numbers) {
            Waiting.until("a join of " + number, Duration.ofSeconds(5), () -> {
                membership.reconcile(self(ConsulRole.SERVER));
                return consul.orders().contains(join(number)) ? Optional.of(true) : Optional.empty();
            });
        }
    }

    @Test
    @DisplayName("who knows nobody alive joins the others, waits as a client, and says when it is in")
    void alone() {
        MembershipReconciler membership = reconciler();

        assertThat(membership.reconcile(self(ConsulRole.CLIENT))).isInstanceOf(Step.Waiting.class);
        joins(membership, 1, 2, 3);
        alive(0, 1, 2, 3);
        assertThat(membership.reconcile(self(ConsulRole.CLIENT))).isInstanceOf(Step.Changed.class);
        assertThat(membership.reconcile(self(ConsulRole.CLIENT))).isEqualTo(Step.settled());
    }

    @Test
    @DisplayName("who is in goes on joining those that are not alive, and no others")
    void missing() {
        alive(0, 1);
        MembershipReconciler membership = reconciler();

        assertThat(membership.reconcile(self(ConsulRole.CLIENT))).isEqualTo(Step.settled());
        joins(membership, 2, 3);

        assertThat(consul.orders()).doesNotContain(join(1));
    }

    @Test
    @DisplayName("a server that is alone is not kept from its store")
    void serverAlone() {
        assertThat(reconciler().reconcile(self(ConsulRole.SERVER))).isEqualTo(Step.settled());
        consul.leader(false);
        assertThat(reconciler().reconcile(self(ConsulRole.SERVER))).isEqualTo(Step.waiting("a leader of the store"));
    }
}
