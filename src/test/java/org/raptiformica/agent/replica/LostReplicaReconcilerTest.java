package org.raptiformica.agent.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.raptiformica.agent.node.NodeRecord;
import org.raptiformica.agent.reconcile.Step;
import org.raptiformica.config.CacheDirectory;
import org.raptiformica.config.Change;
import org.raptiformica.config.ConfigCache;
import org.raptiformica.config.Mapping;
import org.raptiformica.consensus.ConsulRole;
import org.raptiformica.consensus.MemoryStore;
import org.raptiformica.consensus.SharedConfig;
import org.raptiformica.consul.ConsulException;
import org.raptiformica.consul.ToldConsul;
import org.raptiformica.provision.service.OwnSupervision;
import org.raptiformica.provision.service.ProcessState;
import org.raptiformica.provision.service.Service;

/** A node whose copy of the shared config is damaged, or not; processes that do nothing are its mesh engine and Consul. */
class LostReplicaReconcilerTest {

    private static final NodeRecord SELF = new NodeRecord("00", ConsulRole.CLIENT);
    private static final Mapping WHOLE = WholeReplica.whole(Mapping.empty());

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final MemoryStore store = new MemoryStore();

    @BeforeEach
    void aReplica() {
        cache().update(_ -> WHOLE);
    }

    private OwnSupervision supervision() {
        return new OwnSupervision(directory.resolve("run"), Instant::now);
    }

    @AfterEach
    void stop() {
        both().forEach(service -> supervision().stop(service.name()));
    }

    private ConfigCache cache() {
        return new ConfigCache(new CacheDirectory(directory.resolve("cache")));
    }

    private void damage() throws IOException {
        Files.writeString(directory.resolve("cache/mutable_config.json"), "{\"raptiformica/ser");
    }

    private List<Service> both() {
        return List.of(service("yggdrasil"), service("consul"));
    }

    private Service service(String name) {
        return new Service(name, List.of("/bin/sleep", "1000"), Map.of(), directory.resolve(name + ".log"));
    }

    private LostReplicaReconciler reconciler(Replica replica) {
        return new LostReplicaReconciler(replica, new SharedConfig(store), supervision(), both());
    }

    private Optional<ProcessState> process(String name) {
        return supervision().state(name);
    }

    @Test
    @DisplayName("a replica that can be read is left alone, and nothing is started for it")
    void whole() {
        Replica replica = new Replica(cache());
        store.put("raptiformica/other", "value");

        assertThat(reconciler(replica).reconcile(SELF)).isEqualTo(Step.settled());

        assertThat(replica.current()).isEqualTo(WHOLE);
        assertThat(process("yggdrasil")).isEmpty();
        assertThat(process("consul")).isEmpty();
    }

    @Test
    @DisplayName("one that a node never had is none that was lost")
    void neverHad() throws IOException {
        Files.delete(directory.resolve("cache/mutable_config.json"));

        assertThat(reconciler(new Replica(cache())).reconcile(SELF)).isEqualTo(Step.settled());

        assertThat(process("consul")).isEmpty();
    }

    @Test
    @DisplayName("in place of a damaged one the store's is taken, with what waits in the outbox on top")
    void damaged() throws IOException {
        WholeReplica.change(new Replica(cache()), new Change.Set("raptiformica/a", "offline"));
        damage();
        WHOLE.with("raptiformica/b", "stored").asMap().forEach(store::put);
        Replica replica = new Replica(cache());
        LostReplicaReconciler reconciler = reconciler(replica);

        assertThat(reconciler.reconcile(SELF)).isInstanceOf(Step.Changed.class);
        assertThat(reconciler.reconcile(SELF)).isEqualTo(Step.settled());

        Mapping expected = WHOLE.with("raptiformica/a", "offline").with("raptiformica/b", "stored");
        assertThat(replica.current()).isEqualTo(expected);
        assertThat(cache().read()).as("on the disk").contains(expected);
    }

    @Test
    @DisplayName(
            "mesh and Consul are started as they are configured, for the store is behind them; one that runs goes on")
    void startsWhatLeadsToTheStore() throws IOException {
        damage();
        supervision().start(service("yggdrasil"));
        Optional<ProcessState> mesh = process("yggdrasil");

        assertThat(reconciler(new Replica(cache())).reconcile(SELF))
                .isEqualTo(Step.waiting("the shared config in the store"));

        assertThat(process("yggdrasil")).isEqualTo(mesh);
        assertThat(process("consul")).isPresent();
    }

    @Test
    @DisplayName("while the store does not answer nothing takes the place of the damaged one")
    void unanswered() throws IOException {
        damage();
        Replica replica = new Replica(cache());
        ToldConsul away = new ToldConsul();
        away.close();
        LostReplicaReconciler reconciler =
                new LostReplicaReconciler(replica, new SharedConfig(away.client()), supervision(), both());

        assertThatThrownBy(() -> reconciler.reconcile(SELF)).isInstanceOf(ConsulException.class);

        assertThat(replica.whole()).isFalse();
        assertThat(process("consul")).isPresent();
    }
}
