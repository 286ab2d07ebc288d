package org.raptiformica.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PlacesTest {

    private static final Path HOME = Path.of("/home/me");

    @Test
    void optionComesBeforeVariableBeforeDefaultEachBelowHome() {
        Map<String, String> variable = Map.of("RAPTIFORMICA_CACHE_DIR", "other");

        assertThat(CacheDirectory.choose(HOME, Optional.of("mine"), variable).root())
                .isEqualTo(HOME.resolve("mine"));
        assertThat(CacheDirectory.choose(HOME, Optional.empty(), variable).root())
                .isEqualTo(HOME.resolve("other"));
        assertThat(CacheDirectory.choose(HOME, Optional.empty(), Map.of()).root())
                .isEqualTo(HOME.resolve(".raptiformica.d"));
    }

    @Test
    void absolutePathIsTakenAsItIs() {
        assertThat(CacheDirectory.choose(HOME, Optional.of("/srv/x"), Map.of()).root())
                .isEqualTo(Path.of("/srv/x"));
    }

    @Test
    void nodeHasItsPlacesWhereTheContractSays() {
        NodePaths node = NodePaths.ofThisMachine();

        assertThat(node.program()).hasToString("/usr/etc/raptiformica");
        assertThat(node.cache().mutableConfig()).hasToString("/root/.raptiformica.d/mutable_config.json");
        assertThat(node.consulConfig()).hasToString("/etc/consul.d/raptiformica.json");
        assertThat(node.cjdnsConfig()).hasToString("/etc/cjdroute.conf");
    }

    @Test
    void freshSecretsAre32HexDigitsAndDiffer() {
        assertThat(Secrets.fresh()).matches("[0-9a-f]{32}").isNotEqualTo(Secrets.fresh());
    }
}
