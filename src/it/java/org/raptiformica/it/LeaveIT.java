package org.raptiformica.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node goes in order: no member counts it as failed, all forget it, nothing of it stays. */
class LeaveIT {

    private static final String TRACES = "ls -d /usr/lib/raptiformica /usr/etc/raptiformica /root/.raptiformica.d"
            + " /etc/raptiformica /opt/consul /run/raptiformica /sys/class/net/rapti0 2>/dev/null || true";

    @TempDir
    Path home;

    /** Its packets vanish: no refusal tells the client that it has to go elsewhere. */
    private static void theNodeThatServedLastFallsSilent(Program program, List<BareMachine> nodes) throws IOException {
        Run usual = program.succeed("members");
        Path lastNode = program.cache().resolve("last_node");
        String served = Files.readString(lastNode).strip();
        JsonObject known = JsonParser.parseString(
                        Files.readString(program.cache().resolve("mutable_config.json")))
                .getAsJsonObject();
        String host =
                known.get("raptiformica/meshnet/neighbours/" + served + "/host").getAsString();
        BareMachine silent = nodes.stream()
                .filter(node -> node.address().equals(host))
                .findFirst()
                .orElseThrow();
        silent.run("nft -f - <<END\ntable inet silent {\n chain in {\n type filter hook input priority 0\n"
                + " iifname eth0 tcp dport 22 drop\n }\n}\nEND");

        Run members = program.succeed("members");

        // Beside what it takes on this machine at this moment anyway.
        assertThat(members.time().minus(usual.time())).as(members.told()).isLessThan(Duration.ofSeconds(3));
        assertThat(lastNode).content().as("who is asked first from now on").doesNotContain(served);
        silent.run("nft delete table inet silent");
    }

    @Test
    @DisplayName(
            "of three nodes one falls silent and another serves the client; one leaves by order of the client, one by its own, the last one too")
    void nodesLeave() throws IOException {
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

            theNodeThatServedLastFallsSilent(program, List.of(founder, second, third));

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
