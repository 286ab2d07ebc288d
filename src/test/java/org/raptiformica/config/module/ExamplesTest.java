package org.raptiformica.config.module;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.raptiformica.host.Command;
import org.raptiformica.host.Input;
import org.raptiformica.host.LocalHost;

/** The examples of docs/modules.md. */
class ExamplesTest {

    private static final Path EXAMPLES = Path.of("docs/examples").toAbsolutePath();

    @TempDir
    Path home;

    @ParameterizedTest
    @ValueSource(strings = {"server", "compute", "hooks"})
    void passTheirOwnCheck(String kind) {
        ModuleCheck check =
                ModuleCheck.of(EXAMPLES.resolve(kind), Path.of("modules").toAbsolutePath());

        assertThat(check.module().problems()).isEmpty();
        assertThat(check.advice()).isEmpty();
        assertThat(check.ok()).isTrue();
    }

    @Test
    void scriptOfTheHookKeepsTheEvent() {
        Path log = home.resolve("log");

        new LocalHost()
                .run(Command.of("sh", EXAMPLES.resolve("hooks/tell.sh").toString())
                        .withEnvironment("TELL_LOG", log.toString())
                        .withInput(new Input.Text("{\"hook\":\"cluster_change\"}\n")));

        assertThat(log).hasContent("{\"hook\":\"cluster_change\"}");
    }
}
