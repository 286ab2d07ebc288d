package org.raptiformica.cluster.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.raptiformica.cluster.gateway.Connections;
import org.raptiformica.cluster.gateway.Gateway;
import org.raptiformica.cluster.gateway.LastNode;
import org.raptiformica.cluster.gateway.LoginKeyFiles;
import org.raptiformica.config.CacheDirectory;
import org.raptiformica.config.ConfigCache;
import org.raptiformica.config.Keys;
import org.raptiformica.config.Mapping;
import org.raptiformica.config.Neighbour;
import org.raptiformica.failure.BadData;
import org.raptiformica.host.KnownHosts;
import org.raptiformica.host.SshSettings;
import org.raptiformica.mesh.EngineKind;

/** Which mesh engine a cluster gets, and what is kept of a choice. */
class ClusterConfigTest {

    private static final Mapping MODULES = Mapping.of(Map.of(
            "raptiformica/server/headless/consul/bootstrap", "true",
            "raptiformica/compute/docker/headless/source", "file:///x",
            "raptiformica/platform/default/available", "true"));

    @TempDir
    Path home;

    private Connections connections;
    private ConfigCache cache;

    @BeforeEach
    void aClient() {
        CacheDirectory directory = new CacheDirectory(home);
        cache = new ConfigCache(directory);
        connections = new Connections(
                () -> new SshSettings(directory.knownHosts(), List.of(), Duration.ofSeconds(2)),
                new KnownHosts(directory.knownHosts()),
                new LoginKeyFiles(directory.loginKeys()));
    }

    @AfterEach
    void close() {
        connections.close();
    }

    private ClusterConfig config() {
        LastNode last = new LastNode(new CacheDirectory(home).lastNode());
        return new ClusterConfig(cache, new Gateway(connections, home.resolve("no-socket"), last), () -> MODULES);
    }

    private static Mapping withNode(EngineKind engine) {
        Neighbour node = new Neighbour(
                "key",
                Optional.of("192.0.2.1"),
                22,
                engine.word(),
                4863,
                "fc00::1",
                "box",
                "linux-x86_64",
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        return node.writtenTo(MODULES.with(Keys.MESH_ENGINE, engine.word()));
    }

    @Test
    @DisplayName("an engine that is asked for counts at once, and is kept only when a machine is about to get it")
    void keptWhenNeeded() {
        ClusterConfig config = config();
        config.require(EngineKind.CJDNS);
        String secret = config.cached().get(Keys.meshPassword("cjdns")).orElseThrow();
        assertThat(EngineKind.of(config.cached())).isEqualTo(EngineKind.CJDNS);
        assertThat(EngineKind.of(config().cached())).as("to the next command").isEqualTo(EngineKind.YGGDRASIL);

        config.keepEngine();

        assertThat(EngineKind.of(config().cached())).as("to the next command").isEqualTo(EngineKind.CJDNS);
        assertThat(config().cached().get(Keys.meshPassword("cjdns"))).contains(secret);
        assertThat(config().cached().get(Keys.meshPassword("yggdrasil"))).isEmpty();
    }

    @Test
    @DisplayName("without a wish there is nothing to keep")
    void nothingAsked() {
        ClusterConfig config = config();
        Mapping before = config.cached();
        config.keepEngine();
        assertThat(config.cached()).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource({"CJDNS,YGGDRASIL", "YGGDRASIL,CJDNS"})
    @DisplayName("a cluster of one engine is not given another one, and nothing changes")
    void refused(EngineKind present, EngineKind asked) {
        cache.update(_ -> withNode(present));
        Mapping before = cache.read().orElseThrow();
        assertThatThrownBy(() -> config().require(asked))
                .isInstanceOf(BadData.class)
                .hasMessageContaining("the mesh of this cluster is of " + present.word());
        assertThat(cache.read()).contains(before);
    }

    @ParameterizedTest
    @CsvSource({"CJDNS,YGGDRASIL", "YGGDRASIL,CJDNS"})
    @DisplayName("a network of one engine is not joined by who asks for another one")
    void refusedOnJoin(EngineKind theirs, EngineKind asked) {
        ClusterConfig config = config();
        config.require(asked);
        assertThatThrownBy(() -> config.requireIn(withNode(theirs))).isInstanceOf(BadData.class);
        config.requireIn(withNode(asked));
    }
}
