package org.raptiformica.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine that somebody else made becomes a node, and what it was before. */
@Acceptance
class CleanIT {

    private static final String FILES = "find / -xdev -newer /tmp/before -type f"
            + " -not -path '/proc/*' -not -path '/sys/*' -not -path '/run/motd*' -not -path '/var/log/*tmp'";

    @TempDir
    Path home;

    @Test
    @DisplayName("clean leaves no process, no interface, no rule and no file on a node, and it can be slaved again")
    void cleanLeavesNothing() throws Exception {
        Path key = Files.createDirectories(home.resolve(".ssh")).resolve("id_ed25519");
        new ProcessBuilder("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key.toString())
                .start()
                .waitFor();
        Program program = Program.at(home);
        try (BareMachine machine = BareMachine.boot(
                Files.readString(home.resolve(".ssh/id_ed25519.pub")).strip())) {
            machine.run("touch -d '+1 second' /tmp/before");
            program.succeed("slave", machine.address());
            new Cluster(program).isWhole(1);

            program.succeed("ssh", machine.address(), "raptiformica", "clean");

            assertThat(machine.run(FILES)).as("files left on the machine").isEmpty();
            assertThat(machine.run("ls /sys/class/net")).as("interfaces").doesNotContain("rapti0");
            assertThat(machine.run("nft list tables")).as("packet filter").doesNotContain("raptiformica");
            assertThat(machine.run("ps -eo args"))
                    .as("processes")
                    .doesNotContain("yggdrasil", "cjdroute", "consul", "guard");

            program.succeed("slave", machine.address());
            new Cluster(program).isWhole(1);
        }
    }
}
