package org.raptiformica.provision.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.raptiformica.host.Command;
import org.raptiformica.host.LocalHost;
import org.raptiformica.host.Outcome;

class SystemdUnitTest {

    private static String unit(String... command) {
        return SystemdUnit.text(new Service(
                "consul", List.of(command), Map.of("A", "b c"), Path.of("/var/log/raptiformica/consul.log")));
    }

    @Test
    void saysHowAServiceIsKeptRunning() {
        assertThat(unit("/bin/consul", "agent"))
                .contains("ExecStart=\"/bin/sh\" \"-c\" \"exec \\\"$$@\\\" >>\\\"$$0\\\" 2>&1\""
                        + " \"/var/log/raptiformica/consul.log\" \"/bin/consul\" \"agent\"\n")
                .contains("Environment=\"A=b c\"\n")
                .contains("Restart=always\n", "RestartSec=1\n", "StartLimitIntervalSec=0\n")
                .contains("KillMode=process\n")
                .as("systemd before 240 knows no append:")
                .doesNotContain("StandardOutput=")
                .contains("WantedBy=multi-user.target\n");
    }

    @Test
    void letsSystemdExpandNothing() {
        assertThat(unit("/bin/consul", "50% of $HOME", "a \"b\" \\c"))
                .contains(" \"/bin/consul\" \"50%% of $$HOME\" \"a \\\"b\\\" \\\\c\"\n");
    }

    @Test
    void namesUnitsAfterUs() {
        assertThat(SystemdUnit.name("consul")).isEqualTo("raptiformica-consul.service");
    }

    @Test
    void isAUnitThatSystemdItselfFindsNothingWrongWith(@TempDir Path directory) throws IOException {
        Path analyze = Path.of("/usr/bin/systemd-analyze");
        Assumptions.assumeTrue(Files.isExecutable(analyze), "this machine has no systemd-analyze");
        Path unit = directory.resolve(SystemdUnit.name("consul"));
        Files.writeString(unit, unit("/bin/sleep", "50% of $HOME", "a \"b\" \\c"));

        Outcome outcome = new LocalHost().run(Command.of(analyze.toString(), "verify", unit.toString()));

        assertThat(outcome.out() + outcome.err()).doesNotContain("raptiformica-consul");
        assertThat(outcome.exitCode()).isZero();
    }
}
