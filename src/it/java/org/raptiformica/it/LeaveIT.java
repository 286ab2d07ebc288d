package org.raptiformica.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.raptiformica.consensus.Member;

/** A node goes in order: no member counts it as failed, all forget it, nothing of it stays. */
@Order(3)
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
    @Acceptance
    @DisplayName(
            "of three nodes one falls silent and another serves the client; one leaves by order of the client, one by its own, the last one too")
    void nodesLeave() throws IOException {
        Client client = Client.at(home);
        Program program = client.program();
        try (BareMachine founder = client.provisionedMachine();
                BareMachine second = client.provisionedMachine();
                BareMachine third = client.provisionedMachine()) {
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

    @Test
    @DisplayName(
            "of four nodes a server and the only client agent go at once, and it does not take over; then the other two in one command")
    void severalLeaveAtOnce() throws IOException {
        Client client = Client.at(home);
        Program program = client.program();
        try (BareMachine founder = client.provisionedMachine();
                BareMachine second = client.provisionedMachine();
                BareMachine third = client.provisionedMachine();
                BareMachine fourth = client.provisionedMachine()) {
            List<BareMachine> nodes = List.of(founder, second, third, fourth);
            program.succeed("slave", founder.address());
            program.succeed(
                    "deploy", client.inventory("""
                    [{"dst": "%s"}, {"dst": "%s"}, {"dst": "%s"}]
                    """.formatted(second.address(), third.address(), fourth.address())));
            Cluster cluster = new Cluster(program);
            cluster.isWhole(4);
            cluster.hasServers(3);
            program.succeed("ssh", founder.address(), "consul", "kv", "put", "it/kept", "yes");
            BareMachine clientAgent =
                    nodes.stream().filter(node -> !isServer(node)).findFirst().orElseThrow();
            String address = founder.addresses().get(clientAgent.name());
            List<BareMachine> going =
                    List.of(nodes.stream().filter(LeaveIT::isServer).findFirst().orElseThrow(), clientAgent);
            List<BareMachine> staying =
                    nodes.stream().filter(node -> !going.contains(node)).toList();
            // What the elected agent decides is read where it stays, for its log may go with it.
            nodes.forEach(node -> node.run(
                    "setsid tail -n 0 -F /var/log/raptiformica/agent.log >/root/since 2>/dev/null </dev/null &"));

            leave(program, going);

            cluster.isWhole(2);
            assertThat(program.succeed("ssh", staying.getFirst().address(), "consul", "kv", "get", "it/kept")
                            .out())
                    .contains("yes");
            String decisions = nodes.stream()
                    .map(node -> node.run("grep ' roles: ' /root/since || true"))
                    .collect(Collectors.joining("\n"));
            assertThat(decisions).contains("is to be a client").doesNotContain(address + " is to be a server");

            leave(program, staying);

            assertThat(program.run("members").exitCode()).isEqualTo(7);
        }
    }

    private static void leave(Program program, List<BareMachine> going) {
        List<String> words = new ArrayList<>(List.of("leave", "--yes"));
        going.forEach(node -> words.add(node.address()));
        program.succeed(words.toArray(String[]::new));
        going.forEach(node -> assertThat(node.run(TRACES))
                .as("what is left of " + node.name())
                .isEmpty());
    }

    private static boolean isServer(BareMachine node) {
        return node.inside().agent().members().stream()
                .anyMatch(
                        view -> view.name().equals(node.name()) && view.member().type() == Member.Type.SERVER);
    }
}
