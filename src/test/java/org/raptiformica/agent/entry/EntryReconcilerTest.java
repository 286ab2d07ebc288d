package org.raptiformica.agent.entry;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.raptiformica.agent.node.NodeRecord;
import org.raptiformica.agent.reconcile.Step;
import org.raptiformica.agent.replica.Replica;
import org.raptiformica.config.CacheDirectory;
import org.raptiformica.config.ConfigCache;
import org.raptiformica.config.Keys;
import org.raptiformica.config.Mapping;
import org.raptiformica.config.Neighbour;
import org.raptiformica.consensus.ConsulRole;
import org.raptiformica.consensus.MemoryStore;
import org.raptiformica.consensus.SharedConfig;
import org.raptiformica.consul.Consistency;

/** What a node says of itself in a store in memory, by a clock that the test moves. */
class EntryReconcilerTest {

    private static final NodeRecord SELF = new NodeRecord("self", ConsulRole.SERVER);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final MemoryStore store = new MemoryStore();
    private final SharedConfig shared = new SharedConfig(store);
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @BeforeEach
    void thisNodeHasAnEntry() {
        Mapping mapping = Mapping.of(Map.of(
                "raptiformica/server/s/x/bootstrap", "true",
                "raptiformica/compute/c/s/source", "s",
                "raptiformica/platform/default/hooks/after_mesh/x/command", "c"));
        new Neighbour(
                        "self",
                        Optional.of("self"),
                        22,
                        "yggdrasil",
                        4863,
                        "200::1",
                        "self",
                        "",
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty())
                .writtenTo(mapping)
                .asMap()
                .forEach(store::put);
    }

    private Step reconcile() {
        Replica replica = new Replica(new ConfigCache(new CacheDirectory(directory)));
        replica.take(shared.look(Consistency.DEFAULT).mapping());
        return new EntryReconciler(shared, replica, new CacheDirectory(directory), "0123456789abcdef", () -> now)
                .reconcile(SELF);
    }

    private Optional<Instant> lastSeen() {
        return Neighbour.of(shared.look(Consistency.DEFAULT).mapping(), "self").flatMap(Neighbour::lastSeen);
    }

    @Test
    @DisplayName("a node says once that it is there, and again when that is a quarter of an hour old")
    void everyQuarterOfAnHour() {
        Instant begin = now;
        assertThat(reconcile()).isInstanceOf(Step.Changed.class);
        assertThat(lastSeen()).contains(begin);

        now = begin.plus(Duration.ofMinutes(14));
        assertThat(reconcile()).isEqualTo(Step.settled());
        now = begin.plus(Duration.ofMinutes(15));
        assertThat(reconcile()).isInstanceOf(Step.Changed.class);

        assertThat(lastSeen()).contains(now);
    }

    @Test
    @DisplayName("an entry that somebody took away is not made again")
    void anEntryThatWasTakenAwayStaysAway() {
        store.getBelow(Keys.neighbour("self") + "/").forEach(entry -> store.delete(entry.key()));

        assertThat(reconcile()).isEqualTo(Step.settled());
        assertThat(store.getBelow(Keys.neighbour("self") + "/")).isEmpty();
    }

    @Test
    @DisplayName("an entry that was taken away while this node still has it is not made again either")
    void anEntryThatGoesMeanwhileStaysAway() {
        Replica replica = new Replica(new ConfigCache(new CacheDirectory(directory)));
        replica.take(shared.look(Consistency.DEFAULT).mapping());
        store.getBelow(Keys.neighbour("self") + "/").forEach(entry -> store.delete(entry.key()));

        new EntryReconciler(shared, replica, new CacheDirectory(directory), "0123456789abcdef", () -> now)
                .reconcile(SELF);

        assertThat(store.getBelow(Keys.neighbour("self") + "/")).isEmpty();
    }
}
