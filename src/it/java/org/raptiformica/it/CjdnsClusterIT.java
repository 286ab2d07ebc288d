package org.raptiformica.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.raptiformica.mesh.EngineKind;
import org.raptiformica.mesh.cjdns.RealCjdroute;

/** Clusters whose mesh is made by cjdns. Skipped where there is no cjdroute; all other tests run with it by one switch. */
class CjdnsClusterIT {

    private static final String CORE = "cat /run/raptiformica/cjdroute.core.pid";

    @TempDir
    Path home;

    @BeforeEach
    void engine() {
        assertThat(RealCjdroute.required()).isExecutable();
    }

    @AfterEach
    void destroy() {
        if (RealCjdroute.find().isPresent()) {
            program().succeed("destroy");
        }
    }

    private Program program() {
        return Program.at(home).meshedBy(EngineKind.CJDNS);
    }

    @Test
    @DisplayName(
            "three machines become one cluster of cjdns; one whose engine is killed, core or wrapper, is back in it")
    void threeMachines() {
        program().succeed("spawn", "--count", "2");
        Map<String, String> cores = cores();
        program().succeed("spawn");
        new Cluster(program()).isWhole(3);
        Map<String, String> grown = cores();
        assertThat(grown).as("cores after a third node came").containsAllEntriesOf(cores);
        String third = grown.keySet().stream()
                .filter(name -> !cores.containsKey(name))
                .findFirst()
                .orElseThrow();
        assertThat(new Cluster(program()).members())
                .allSatisfy(
                        member -> assertThat(member.get("node").getAsString()).startsWith("fc"));
        String name = cores.keySet().iterator().next();
        String identity = on(name, "grep publicKey /etc/cjdroute.conf");

        String core = on(name, CORE);
        on(name, "kill -KILL $(cut -d' ' -f1 /run/raptiformica/cjdns.pid)");
        isBack(name, core);
        core = on(name, CORE);
        on(name, "kill -KILL " + core);
        isBack(name, core);

        assertThat(on(name, "grep publicKey /etc/cjdroute.conf"))
                .as("identity of " + name)
                .isEqualTo(identity);
        refusesTheOtherEngine();

        Map<String, String> before = cores();
        before.remove(third);
        program().succeed("leave", third, "--yes");
        Eventually.within(
                Duration.ofMinutes(1),
                "the others have forgotten " + third,
                () -> new Cluster(program()).names().size() == 2);
        assertThat(cores()).as("cores after the third left").isEqualTo(before);
    }

    /** The number of the process that holds the links, by the node's name. */
    private Map<String, String> cores() {
        Map<String, String> cores = new TreeMap<>();
        new Cluster(program()).names().forEach(name -> cores.put(name, on(name, CORE)));
        return cores;
    }

    private void isBack(String name, String killed) {
        Eventually.within(Duration.ofMinutes(2), "another core on " + name, () -> {
            Run run = program().run("ssh", name, "sh", "-c", CORE);
            return run.exitCode() == 0
                    && !run.out().isBlank()
                    && !run.out().strip().equals(killed);
        });
        assertThat(on(name, "ps -eo args | grep -c '[c]jdroute core'"))
                .as("cores on " + name)
                .isEqualTo("1");
        Eventually.within(
                Duration.ofMinutes(3),
                "every node reaches every node after the engine of " + name + " was killed",
                () -> program().run("members", "--round-trips").exitCode() == 0);
    }

    private void refusesTheOtherEngine() {
        Run other = Program.at(home).meshedBy(EngineKind.YGGDRASIL).run("spawn", "--mesh", "yggdrasil");
        assertThat(other.exitCode()).as(other.told()).isEqualTo(6);
        assertThat(other.err()).contains("the mesh of this cluster is of cjdns");
    }

    @Test
    @DisplayName("linked: two that have no way to each other, slaved one after the other, are one network with a third")
    void linked() {
        try (Topology topology = new Topology(home, EngineKind.CJDNS)) {
            ReachabilityIT.linked(topology);
        }
    }

    @Test
    @DisplayName("tree: one behind a NAT reaches two that reach nobody")
    void tree() {
        try (Topology topology = new Topology(home, EngineKind.CJDNS)) {
            ReachabilityIT.tree(topology, List.of(Order.AT_ONCE));
        }
    }

    @Test
    @DisplayName(
            "a node of a cluster of one engine is refused by a cluster of the other; cleaned, nothing of the engine is left")
    void otherCluster() throws Exception {
        Path key = Files.createDirectories(home.resolve(".ssh")).resolve("id_ed25519");
        new ProcessBuilder("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key.toString())
                .start()
                .waitFor();
        try (BareMachine machine = BareMachine.boot(
                Files.readString(home.resolve(".ssh/id_ed25519.pub")).strip())) {
            Program ours = program();
            ours.succeed("slave", machine.address());
            new Cluster(ours).isWhole(1);
            Run again = ours.succeed("slave", machine.address(), "--output", "json");
            assertThat(Cluster.objects(again.out()).getFirst().get("result").getAsString())
                    .as("slaved again: " + again.told())
                    .isEqualTo("ok");

            Run refused = Program.at(home)
                    .meshedBy(EngineKind.YGGDRASIL)
                    .run(
                            "slave",
                            machine.address(),
                            "--cache-dir",
                            home.resolve("other").toString(),
                            "--output",
                            "json");

            assertThat(refused.exitCode()).as(refused.told()).isEqualTo(5);
            JsonObject told = Cluster.objects(refused.out()).getFirst();
            assertThat(told.toString())
                    .contains("it is a node of a mesh of cjdns, and the mesh of this cluster is of yggdrasil");

            machine.run("raptiformica clean");
            assertThat(List.of(machine.run("ls /etc").split("\\s+"))).doesNotContain("cjdroute.conf");
            assertThat(machine.run("ps -eo args")).as("processes").doesNotContain("cjdroute");
        }
    }

    @Test
    @DisplayName("a file that is given becomes the artifact; one that is no such program does not")
    void givenArtifact() throws Exception {
        String cache = home.resolve("given").toString();
        Program program = program();

        Run wrong = program.run("artifact", "add", "cjdroute", "/bin/true", "--cache-dir", cache);
        assertThat(wrong.exitCode()).as(wrong.told()).isEqualTo(6);
        program.succeed("artifact", "add", "cjdroute", RealCjdroute.required().toString(), "--cache-dir", cache);

        String listed = program.succeed("artifact", "--output", "json", "--cache-dir", cache)
                .out();
        JsonObject artifact =
                JsonParser.parseString(listed).getAsJsonArray().get(0).getAsJsonObject();
        assertThat(artifact.get("tool").getAsString()).isEqualTo("cjdroute");
        assertThat(Path.of(artifact.get("file").getAsString())).hasSameBinaryContentAs(RealCjdroute.required());
    }

    private String on(String name, String command) {
        return program().succeed("ssh", name, "sh", "-c", command).out().strip();
    }
}
