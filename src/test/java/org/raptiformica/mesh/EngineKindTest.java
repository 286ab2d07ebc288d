package org.raptiformica.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.raptiformica.config.Keys;
import org.raptiformica.config.Mapping;
import org.raptiformica.failure.BadData;

class EngineKindTest {

    @ParameterizedTest
    @EnumSource
    @DisplayName("an engine is found by the name it has in the shared config")
    void named(EngineKind kind) {
        assertThat(EngineKind.named(kind.word())).contains(kind);
        assertThat(EngineKind.of(Mapping.empty().with(Keys.MESH_ENGINE, kind.word())))
                .isEqualTo(kind);
    }

    @Test
    @DisplayName("a config that names no engine is of a cluster of Yggdrasil")
    void unnamed() {
        assertThat(EngineKind.of(Mapping.empty())).isEqualTo(EngineKind.YGGDRASIL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"meshnet/neighbours/k/cjdns_ipv6_address", "meshnet/cjdns/password"})
    @DisplayName("a config of 0.1, which names no engine, is of a cluster of cjdns")
    void ofVersion01(String key) {
        Mapping config = Mapping.empty().with(Keys.below(key), "fc16:1234:5678:9abc:def0:1234:5678:fd12");
        assertThat(EngineKind.of(config)).isEqualTo(EngineKind.CJDNS);
    }

    @Test
    @DisplayName("a secret of cjdns beside one of Yggdrasil makes no cluster of cjdns")
    void bothSecrets() {
        Mapping config = Mapping.empty()
                .with(Keys.meshPassword("cjdns"), "0123456789abcdef0123456789abcdef")
                .with(Keys.meshPassword("yggdrasil"), "0123456789abcdef0123456789abcdef");
        assertThat(EngineKind.of(config)).isEqualTo(EngineKind.YGGDRASIL);
    }

    @Test
    @DisplayName("an engine that this version does not know is bad data")
    void unknown() {
        assertThatThrownBy(() -> EngineKind.of(Mapping.empty().with(Keys.MESH_ENGINE, "pigeons")))
                .isInstanceOf(BadData.class)
                .hasMessageContaining("the cluster's mesh engine is 'pigeons', which this version does not know");
    }
}
