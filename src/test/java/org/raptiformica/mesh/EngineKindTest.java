package org.raptiformica.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
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

    @Test
    @DisplayName("an engine that this version does not know is bad data")
    void unknown() {
        assertThatThrownBy(() -> EngineKind.of(Mapping.empty().with(Keys.MESH_ENGINE, "pigeons")))
                .isInstanceOf(BadData.class)
                .hasMessageContaining("the cluster's mesh engine is 'pigeons', which this version does not know");
    }
}
