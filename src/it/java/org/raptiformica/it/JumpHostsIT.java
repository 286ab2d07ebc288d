package org.raptiformica.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
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
class JumpHostsIT {

    @TempDir
    Path home;

    private static void letInOnly(BareMachine machine, BareMachine jump) {
        machine.run("nft add table ip only && nft 'add chain ip only in { type filter hook input priority 0; }'"
                + " && nft add rule ip only in ct state established,related accept"
                + " && nft add rule ip only in iif lo accept"
                + " && nft add rule ip only in ip saddr " + jump.address() + " tcp dport 22 accept"
                + " && nft add rule ip only in drop");
    }

    @Test
    @DisplayName("two jump hosts deep: all become nodes of one mesh, and all other commands work through them")
    void jumpHostsTwoDeep() {
        Client client = Client.at(home);
        Program program = client.program();
        try (BareMachine gate = client.machine();
                BareMachine middle = client.machine();
                BareMachine inner = client.machine()) {
            letInOnly(middle, gate);
            letInOnly(inner, middle);
            String inventory = client.inventory("""
                    [{"dst": "%3$s", "via": "%2$s"}, {"dst": "%2$s", "via": "%1$s"}, {"dst": "%1$s"}]""".formatted(gate.address(), middle.address(), inner.address()));

            program.succeed("deploy", inventory);

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
