package org.raptiformica.agent.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.raptiformica.agent.node.NodeRecord;
import org.raptiformica.agent.reconcile.Step;
import org.raptiformica.config.CacheDirectory;
import org.raptiformica.config.Change;
import org.raptiformica.config.ConfigCache;
import org.raptiformica.config.Keys;
import org.raptiformica.config.Mapping;
import org.raptiformica.consensus.ConsulRole;
import org.raptiformica.consensus.MemoryStore;
import org.raptiformica.consensus.Operations;
import org.raptiformica.consensus.SharedConfig;
import org.raptiformica.consul.Consistency;
import org.raptiformica.failure.BadData;

/** The shared config between a node's replica and a store in memory. */
class SharedConfigReconcilerTest {

    private static final Mapping WHOLE = Mapping.of(Map.of(
            "raptiformica/server/s/x/bootstrap", "true",
            "raptiformica/compute/c/s/source", "s",
            "raptiformica/platform/default/hooks/after_mesh/x/command", "c"));
    private static final NodeRecord FOUNDER = new NodeRecord("key", ConsulRole.FOUNDER);
    private static final NodeRecord CLIENT = new NodeRecord("key", ConsulRole.CLIENT);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final MemoryStore store = new MemoryStore();
    private final Clock clock = Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);

    @BeforeEach
    void thisNodeKnowsTheConfig() {
        new ConfigCache(new CacheDirectory(directory)).update(_ -> WHOLE);
    }

    private SharedConfigReconciler reconciler() {
        Replica replica = replica();
        Operations operations = new Operations(store, clock);
        return new SharedConfigReconciler(
                new SharedConfig(store),
                operations,
                new SharedChanges(replica, operations, operations::read, clock),
                replica,
                new Following(new SharedConfig(store), operations, replica, clock),
                () -> true,
                clock,
                directory.resolve("node.json"));
    }

    private Replica replica() {
        return new Replica(new ConfigCache(new CacheDirectory(directory)));
    }

    private Mapping stored() {
        return new SharedConfig(store).read(Consistency.DEFAULT).orElseThrow().mapping();
    }

    @Test
    @DisplayName("a founder that was interrupted while it put its config into the store puts in the rest")
    void anInterruptedSeedIsCompleted() {
        store.put("raptiformica/server/s/x/bootstrap", "true");

        assertThat(reconciler().reconcile(FOUNDER)).isInstanceOf(Step.Changed.class);

        assertThat(stored()).isEqualTo(WHOLE);
    }

    @Test
    @DisplayName("a founder whose store has all that it knows is a server from then on")
    void aFounderThatHasFoundedIsAServer() {
        SharedConfigReconciler reconciler = reconciler();
        reconciler.reconcile(FOUNDER);

        reconciler.reconcile(FOUNDER);

        assertThat(NodeRecord.read(directory.resolve("node.json"))).contains(new NodeRecord("key", ConsulRole.SERVER));
    }

    @Test
    @DisplayName("who is no founder puts nothing into a store that is not whole")
    void othersDoNotSeed() {
        store.put("raptiformica/server/s/x/bootstrap", "true");

        assertThatThrownBy(() -> reconciler().reconcile(CLIENT)).isInstanceOf(BadData.class);
    }

    @Test
    @DisplayName("an empty store is waited for, and nothing is put into it but by the founder")
    void anEmptyStoreIsWaitedFor() {
        assertThat(reconciler().reconcile(CLIENT)).isInstanceOf(Step.Waiting.class);
        assertThat(store.getBelow("raptiformica/")).isEmpty();
    }

    @Test
    @DisplayName("what was changed without the store goes into it before the store's is taken over")
    void queuedChangesGoFirst() {
        WHOLE.asMap().forEach(store::put);
        Replica replica = replica();
        replica.accept(List.of(replica.outbox().record(List.of(new Change.Set("raptiformica/a", "offline")))));

        SharedConfigReconciler reconciler = reconciler();
        reconciler.reconcile(CLIENT);
        reconciler.reconcile(CLIENT);

        assertThat(stored()).isEqualTo(WHOLE.with("raptiformica/a", "offline"));
        assertThat(replica().current()).isEqualTo(WHOLE.with("raptiformica/a", "offline"));
    }

    @Test
    @DisplayName("what others write is taken over, but only what tells of nodes makes the other parts look again")
    void onlyNewsOfNodesIsAChange() {
        WHOLE.asMap().forEach(store::put);
        SharedConfigReconciler reconciler = reconciler();
        reconciler.reconcile(CLIENT);

        store.put("raptiformica/a", "1");
        assertThat(reconciler.reconcile(CLIENT)).isInstanceOf(Step.Settled.class);
        assertThat(replica().current()).isEqualTo(WHOLE.with("raptiformica/a", "1"));

        store.put(Keys.neighbour("aa11", "cjdns_ipv6_address"), "200:1::1");
        assertThat(reconciler.reconcile(CLIENT)).isInstanceOf(Step.Changed.class);
    }

    @Test
    @DisplayName("ids and stamps are forgotten thirty days after they arrived, whatever a clock says meanwhile")
    void operationsAreForgottenByDaysThatWereSeen() {
        Instant[] now = {Instant.parse("2026-01-01T00:00:00Z")};
        Operations operations = new Operations(store, new MovableClock(() -> now[0]));
        WHOLE.asMap().forEach(store::put);
        Replica replica = replica();
        operations.apply(replica.outbox().record(List.of(new Change.Set("raptiformica/a", "1"))));

        now[0] = now[0].plus(Duration.ofDays(400));
        for (int i = 0; i < 40; i++) {
            assertThat(operations.forgetOld())
                    .as("at once by a clock that is ahead")
                    .isZero();
        }
        now[0] = Instant.parse("2026-01-01T00:00:00Z");
        for (int i = 0; i <= Operations.RETENTION.toDays(); i++) {
            assertThat(operations.forgetOld()).as("after " + i + " days").isZero();
            now[0] = now[0].plus(Duration.ofDays(1));
        }

        assertThat(operations.forgetOld()).as("after 31 days").isPositive();
        assertThat(store.getBelow("raptiformica_operations/applied/")).isEmpty();
    }
}
