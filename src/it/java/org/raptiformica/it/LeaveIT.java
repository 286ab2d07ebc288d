package org.raptiformica.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node goes in order: no member counts it as failed, all forget it, nothing of it stays. */
class LeaveIT {

    private static final String TRACES = "ls -d /usr/lib/raptiformica /usr/etc/raptiformica /root/.raptiformica.d"
            + " /etc/raptiformica /opt/consul /run/raptiformica /sys/class/net/rapti0 2>/dev/null || true";

    @TempDir
    Path home;

    @Test
    @DisplayName("of three nodes one leaves by order of the client, one by its own, the last one too")
    void nodesLeave() {
        Client client = Client.at(home);
        Program program = client.program();
        try (BareMachine founder = client.machine();
                BareMachine second = client.machine();
                BareMachine third = client.machine()) {
            program.succeed("slave", founder.address());
            program.succeed(
                    "deploy",
                    client.inventory(
                            "[{\"dst\": \"%s\"}, {\"dst\": \"%s\"}]".formatted(second.address(), third.address())));
            new Cluster(program).isWhole(3);

            program.succeed("leave", second.address(), "--yes");
            assertThat(second.run(TRACES)).as("what is left of the node").isEmpty();
            new Cluster(program).isWhole(2);

            third.run("raptiformica leave --yes");
            assertThat(third.run(TRACES)).as("what is left of the node").isEmpty();
            Eventually.within(
                    Duration.ofMinutes(1),
                    "the founder has forgotten it",
                    () -> new Cluster(program).members().size() == 1);
            assertThat(program.succeed(
                                    "ssh", founder.address(), "consul", "kv", "get", "-keys", "raptiformica/meshnet/")
                            .out())
                    .doesNotContain("leaving");

            program.succeed("leave", founder.address(), "--yes");
            assertThat(founder.run(TRACES)).as("what is left of the node").isEmpty();
            assertThat(program.run("members").exitCode()).isEqualTo(7);
        }
    }
}
