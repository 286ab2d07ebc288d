package org.raptiformica.config.module;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.raptiformica.config.LoadedModules;
import org.raptiformica.config.Modules;

class BuiltInModulesTest {

    private static final Path MODULES = Path.of("modules").toAbsolutePath();

    private final LoadedModules loaded = Modules.load(List.of(MODULES));

    @Test
    void areSoundAndMakeAWhole() {
        assertThat(loaded.problems()).isEmpty();
        assertThat(loaded.mapping().missingParts()).isEmpty();
    }

    @Test
    void bringTheHandlersOfTheContract() {
        assertThat(loaded.mapping().children("raptiformica/platform/default/hooks/cluster_change"))
                .containsExactly("clean_up_gone_resources", "evict_gone_machines", "rejoin_peers");
        assertThat(loaded.mapping().children("raptiformica/platform/default/hooks/after_start_instance"))
                .containsExactly("notify_start_instance");
        assertThat(loaded.mapping().children("raptiformica/platform/default/hooks/after_slave"))
                .containsExactly("notify_slave_instance");
        assertThat(loaded.mapping().children("raptiformica/platform/default/hooks/after_assimilate"))
                .containsExactly("notify_assimilate_instance");
    }

    @Test
    void haveNothingThatTheirOwnCheckWouldMention() {
        assertThat(loaded.modules())
                .allSatisfy(module -> assertThat(
                                ModuleCheck.of(module.path(), MODULES).advice())
                        .isEmpty());
    }
}
