package org.raptiformica.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Machines that the client reaches through others only; each lets in SSH from the one before it and nothing else, and may
 * dial out:
 *
 * <pre>
 *   client ---> gate ---> middle ---> inner
 *     |                     |           |
 *     +--------- X ---------+---- X ----+     new connections from anyone else are dropped
 * </pre>
 */
@Acceptance
class JumpHostsIT {

    @TempDir
    Path home;

    /** Of IPv6 only what the mesh itself needs comes in: nothing that the link would carry without any address. */
    private static void letInOnly(BareMachine machine, BareMachine jump) {
        machine.run("""
                nft -f - <<END
                table inet only {
                    chain in {
                        type filter hook input priority 0; policy drop;
                        ct state established,related accept
                        iifname { "lo", "rapti0" } accept
                        ip saddr %s tcp dport 22 accept
                    }
                }
                END""".formatted(jump.address()));
    }

    @Test
    @DisplayName("two jump hosts deep: all become nodes of one mesh, and all other commands work through them")
    void jumpHostsTwoDeep() {
        Client client = Client.at(home);
        Program program = client.program();
        try (BareMachine gate = client.provisionedMachine();
                BareMachine middle = client.provisionedMachine();
                BareMachine inner = client.provisionedMachine()) {
            letInOnly(middle, gate);
            letInOnly(inner, middle);
            String inventory = client.inventory("""
                    [{"dst": "%3$s", "via": "%2$s"}, {"dst": "%2$s", "via": "%1$s"}, {"dst": "%1$s"}]""".formatted(gate.address(), middle.address(), inner.address()));

            program.succeed("deploy", inventory);

            Reached.all("jump hosts two deep", Duration.ofSeconds(90), List.of(gate, middle, inner));
            new Cluster(program).isWhole(3);
            assertThat(program.succeed("ssh", inner.address(), "hostname").out().strip())
                    .isEqualTo(inner.run("hostname"));
            assertThat(program.succeed("ssh", "--info-only", inner.address()).out())
                    .contains("ProxyCommand", gate.address(), middle.address());
            program.succeed("update", inner.address());

            gate.run("kill -STOP $(pgrep -o sshd)");
            Run stopped = program.run("deploy", inventory, "--output", "json");
            assertThat(stopped.exitCode()).as(stopped.told()).isNotZero();
            assertThat(stopped.out())
                    .as(stopped.told())
                    .contains("its jump host " + middle.address(), "its jump host " + gate.address());
        }
    }
}
