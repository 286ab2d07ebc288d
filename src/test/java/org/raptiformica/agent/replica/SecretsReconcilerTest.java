package org.raptiformica.agent.replica;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
import org.raptiformica.consensus.SharedConfig;
import org.raptiformica.consul.Consistency;

/** The cluster's secrets between a node's replica and a store in memory that anybody may write. */
class SecretsReconcilerTest {

    private static final NodeRecord SELF = new NodeRecord("self", ConsulRole.SERVER);
    private static final String SECRET = "b".repeat(32);
    private static final Mapping WHOLE = Mapping.of(Map.of(
            "raptiformica/server/s/x/bootstrap",
            "true",
            "raptiformica/compute/c/s/source",
            "s",
            "raptiformica/platform/default/hooks/after_mesh/x/command",
            "c",
            Keys.CONSUL_PASSWORD,
            SECRET));

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final MemoryStore store = new MemoryStore();
    private final SharedConfig shared = new SharedConfig(store);

    @BeforeEach
    void thisNodeIsInTheCluster() {
        WHOLE.asMap().forEach(store::put);
        cache().update(_ -> WHOLE);
    }

    private ConfigCache cache() {
        return new ConfigCache(new CacheDirectory(directory));
    }

    private SecretsReconciler reconciler(Replica replica) {
        return new SecretsReconciler(shared, replica, () -> false);
    }

    @Test
    @DisplayName("a secret that somebody wrote over in the store is not followed, and put back")
    void aForeignSecretIsPutBack() {
        store.put(Keys.CONSUL_PASSWORD, "c".repeat(32));
        Replica replica = new Replica(cache());

        replica.take(shared.look(Consistency.DEFAULT).mapping());
        assertThat(replica.current().get(Keys.CONSUL_PASSWORD)).contains(SECRET);
        assertThat(reconciler(replica).reconcile(SELF)).isInstanceOf(Step.Changed.class);

        assertThat(shared.value(Keys.CONSUL_PASSWORD)).contains(SECRET);
        assertThat(reconciler(replica).reconcile(SELF)).isEqualTo(Step.settled());
    }

    @Test
    @DisplayName("so is one that somebody deleted")
    void aDeletedSecretIsPutBack() {
        store.delete(Keys.CONSUL_PASSWORD);

        reconciler(new Replica(cache())).reconcile(SELF);

        assertThat(shared.value(Keys.CONSUL_PASSWORD)).contains(SECRET);
    }

    @Test
    @DisplayName("a damaged replica is moved aside, what waits beside it stays, and the store's takes its place")
    void aDamagedReplica() throws IOException {
        Replica before = new Replica(cache());
        before.accept(List.of(before.outbox().record(List.of(new Change.Set("raptiformica/a", "queued")))));
        Path file = new CacheDirectory(directory).mutableConfig();
        Files.writeString(file, "{\"raptiformica/ser");

        Replica replica = new Replica(cache());

        assertThat(replica.damaged().orElseThrow()).hasContent("{\"raptiformica/ser");
        assertThat(replica.outbox().content().operations()).hasSize(1);
        replica.take(shared.look(Consistency.DEFAULT).mapping());
        assertThat(replica.current()).isEqualTo(WHOLE.with("raptiformica/a", "queued"));
        assertThat(cache().read()).contains(replica.current());
    }
}
