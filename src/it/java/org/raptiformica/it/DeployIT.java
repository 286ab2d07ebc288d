package org.raptiformica.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Machines of an inventory become nodes; what fails on one of them is told and stops no other.
 *
 * <pre>
 *   client (this process, outside the mesh)
 *      | ssh      | ssh          | ssh
 *   machine    machine    one that refuses, hangs, has no space, …      Docker's bridge
 * </pre>
 */
class DeployIT {

    /** Whatever of ours is on a machine: the files, the processes, the interface. */
    private static final String TRACES = "ls -d /usr/lib/raptiformica /usr/etc/raptiformica /root/.raptiformica.d"
            + " /etc/raptiformica /opt/consul /run/raptiformica /sys/class/net/rapti0 2>/dev/null || true";

    @TempDir
    Path home;

    @Test
    @DisplayName("of three machines one refuses: the dry run changes nothing, the two become nodes, a second run does"
            + " nothing, --recreate makes them anew, clean from afar leaves nothing")
    void deployOfThreeWithABadOne() {
        Client client = Client.at(home);
        Program program = client.program();
        try (BareMachine first = client.machine();
                BareMachine second = client.machine()) {
            String inventory = client.inventory("""
                    [{"dst": "%s", "labels": ["good"]}, {"dst": "%s", "port": "22", "labels": ["good"]},
                     {"dst": "127.0.0.1", "port": 1}]""".formatted(first.address(), second.address()));

            Run rehearsal = program.run("deploy", inventory, "--dry-run");
            assertThat(rehearsal.exitCode()).as(rehearsal.told()).isEqualTo(9);
            assertThat(rehearsal.out()).as(rehearsal.told()).contains("upload", "changed", "refuses connections");
            assertThat(first.run(TRACES)).as("what the dry run left").isEmpty();

            Run some = program.run("deploy", inventory, "--output", "json");
            assertThat(some.exitCode()).as(some.told()).isEqualTo(9);
            assertThat(results(some)).as(some.told()).containsExactly("changed", "changed", "failed");
            assertThat(some.err()).as(some.told()).contains("127.0.0.1:1", "refuses connections on port 1");
            Reached.all("deployed, one refuses", Duration.ofSeconds(90), List.of(first, second));
            new Cluster(program).isWhole(2);

            Map<String, String> before = new Cluster(program).processes();
            asPeopleWriteIt(client, first, second);
            Run again = program.succeed("deploy", inventory, "--limit", "good", "--output", "json");
            assertThat(results(again)).as(again.told()).containsExactly("ok", "ok");
            assertThat(new Cluster(program).processes()).as("processes").isEqualTo(before);
            assertThat(steps(program.succeed("deploy", inventory, "--limit", "good", "--dry-run", "--output", "json")))
                    .containsOnly("ok");

            assertThat(program.run("deploy", inventory, "--recreate").exitCode())
                    .as("nobody is here to confirm")
                    .isEqualTo(3);
            program.succeed("deploy", inventory, "--limit", "good", "--recreate", "--yes");
            new Cluster(program).isWhole(2);

            program.succeed("clean", first.address(), second.address(), "--yes");
            assertThat(first.run(TRACES)).as("what clean left").isEmpty();
            assertThat(second.run(TRACES)).as("what clean left").isEmpty();
        }
    }

    /** YAML with all that an entry may say, one machine at a time, a module first, and a table at the end. */
    private void asPeopleWriteIt(Client client, BareMachine first, BareMachine second) {
        ModuleRepository module =
                ModuleRepository.at(home.resolve("sources/greeting")).with("raptiformica.json", """
                        {"raptiformica_api_version": "0.1", "platform": {"default": {"hooks": {"greet": {"say": {"command": "true"}}}}}}""");
        String house = client.inventory("house.yml", """
                - dst: %s
                  user: root
                  key: .ssh/id_ed25519
                  labels: [good, web]
                - dst: %s
                  port: 22
                  labels: [good]
                - {dst: 192.0.2.1, labels: [bad]}
                """.formatted(first.address(), second.address()));

        Run run = client.program()
                .succeed(
                        "deploy",
                        house,
                        "--limit",
                        "good",
                        "--concurrent",
                        "1",
                        "--yes",
                        "--modules",
                        module.path().toString());

        assertThat(run.out().lines().toList())
                .as(run.told())
                .satisfiesExactly(
                        header -> assertThat(header)
                                .matches("Machine +Name +Result +Seconds +Mesh address +Reason +Checkout"),
                        row -> assertThat(row).startsWith(first.address()).containsPattern(" (ok|changed) "),
                        row -> assertThat(row).startsWith(second.address()).containsPattern(" (ok|changed) "));
        assertThat(client.program().succeed("modules").out()).contains("greeting");
    }

    private static List<String> results(Run run) {
        return Cluster.objects(run.out()).stream()
                .map(result -> result.get("result").getAsString())
                .toList();
    }

    private static List<String> steps(Run run) {
        return Cluster.objects(run.out()).stream()
                .flatMap(result -> Cluster.objects(result.get("steps").toString()).stream())
                .map(step -> step.get("result").getAsString())
                .toList();
    }

    @Test
    @DisplayName("a node of another cluster is refused untouched, and taken over with --recreate")
    void nodeOfAnotherCluster() throws IOException {
        Client client = Client.at(Files.createDirectory(home.resolve("one")));
        Program other = Program.at(Files.createDirectory(home.resolve("two")));
        Files.createDirectories(other.home().resolve(".ssh"));
        for (String name : List.of("id_ed25519", "id_ed25519.pub")) {
            Files.copy(
                    client.program().home().resolve(".ssh").resolve(name),
                    other.home().resolve(".ssh").resolve(name),
                    java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        }
        try (BareMachine machine = client.machine()) {
            client.program().succeed("slave", machine.address());
            String inventory = client.inventory("[{\"dst\": \"" + machine.address() + "\"}]");

            Run refused = other.run("deploy", inventory);
            assertThat(refused.exitCode()).as(refused.told()).isEqualTo(5);
            assertThat(refused.err()).as(refused.told()).contains("node of another cluster", "--recreate");
            new Cluster(client.program()).isWhole(1);

            other.succeed("deploy", inventory, "--recreate", "--yes");
            new Cluster(other).isWhole(1);
        }
    }

    @Test
    @DisplayName("a machine that stops in the middle is given up within its limit, one has no space; the third arrives")
    void machineThatStopsInTheMiddle() throws Exception {
        Client client = Client.at(home);
        Program program = client.program();
        try (BareMachine good = client.machine();
                BareMachine stuck = client.machine();
                BareMachine full = client.machine("--tmpfs=/opt:size=8m")) {
            // It stops the moment the upload begins to arrive.
            stuck.run("printf '#!/bin/sh\\nkill -STOP $(pidof sshd)\\nexec sleep 600\\n' >/usr/local/bin/tar"
                    + " && chmod +x /usr/local/bin/tar");
            String inventory = client.inventory("[{\"dst\": \"%s\"}, {\"dst\": \"%s\"}, {\"dst\": \"%s\"}]"
                    .formatted(stuck.address(), full.address(), good.address()));
            Path out = home.resolve("out");
            Process deploy = program.start(out, home.resolve("err"), "deploy", inventory, "--output", "json");
            assertThat(deploy.waitFor(4, TimeUnit.MINUTES)).as("deploy ended").isTrue();
            assertThat(deploy.exitValue())
                    .as(Files.readString(home.resolve("err")))
                    .isEqualTo(9);
            List<JsonObject> results = Cluster.objects(Files.readString(out));
            assertThat(result(results, good).get("result").getAsString()).isEqualTo("changed");
            assertThat(result(results, full).get("failure").getAsString()).contains("disk is full", "/opt");
            assertThat(result(results, stuck).get("failure").getAsString())
                    .containsAnyOf("connection was lost", "did not finish the login", "does not answer");
        }
    }

    private static JsonObject result(List<JsonObject> results, BareMachine machine) {
        return results.stream()
                .filter(result -> result.get("machine").getAsString().equals(machine.address()))
                .findFirst()
                .orElseThrow();
    }

    @Test
    @DisplayName(
            "a machine that drops every connection twice becomes a node all the same, one that never stops to is given"
                    + " up or arrives between two drops, and neither keeps the third waiting")
    void machinesThatDropConnections() {
        Client client = Client.at(home);
        try (BareMachine twice = client.machine();
                BareMachine always = client.machine();
                BareMachine good = client.machine()) {
            String inventory = client.inventory("[{\"dst\": \"%s\"}, {\"dst\": \"%s\"}, {\"dst\": \"%s\"}]"
                    .formatted(good.address(), twice.address(), always.address()));
            dropConnections(twice, "1 2", 4);
            dropConnections(always, "$(seq 100)", 10);

            Run run = client.program().run("deploy", inventory, "--output", "json");

            assertThat(run.exitCode()).as(run.told()).isIn(0, 9);
            assertThat(results(run)).as(run.told()).startsWith("changed", "changed");
            Cluster.objects(run.out()).getLast().asMap().entrySet().stream()
                    .filter(entry -> entry.getKey().equals("failure"))
                    .forEach(entry -> assertThat(entry.getValue().getAsString())
                            .startsWith(always.address())
                            .contains("connection was lost"));
            assertThat(run.time()).as(run.told()).isLessThan(Duration.ofMinutes(3));
        }
    }

    private static void dropConnections(BareMachine machine, String times, int seconds) {
        machine.run("cat >/usr/local/bin/dropper <<'END'\n#!/bin/sh\nfor i in " + times + "; do sleep " + seconds
                + "; pkill -f '^sshd: root' ; done\nEND\nchmod +x /usr/local/bin/dropper;"
                + " setsid /usr/local/bin/dropper >/dev/null 2>&1 &");
    }

    @Test
    @DisplayName("an inventory that is wrong touches nothing; a name that does not resolve is told quickly")
    void wrongInventories() {
        Client client = Client.at(home);
        try (BareMachine machine = client.machine()) {
            Run cycle = client.program().run("deploy", client.inventory("""
                            [{"dst": "%s"}, {"dst": "a", "via": "b"}, {"dst": "b", "via": "a"}]""".formatted(machine.address())));
            assertThat(cycle.exitCode()).as(cycle.told()).isEqualTo(6);
            assertThat(cycle.err()).as(cycle.told()).contains("inventory.json at $[1].via", "a -> b -> a");
            assertThat(machine.run(TRACES)).isEmpty();

            Run unknown = client.program().run("deploy", client.inventory("[{\"dst\": \"no-such-name.invalid\"}]"));
            assertThat(unknown.exitCode()).as(unknown.told()).isEqualTo(4);
            assertThat(unknown.err()).as(unknown.told()).contains("no-such-name.invalid");
            assertThat(unknown.time()).as(unknown.told()).isLessThan(Duration.ofSeconds(60));
        }
    }
}
