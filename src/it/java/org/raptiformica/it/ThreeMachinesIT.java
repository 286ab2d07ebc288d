package org.raptiformica.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three machines in Docker become one network, whichever way they arrive.
 *
 * <pre>
 *   client (this process, outside the mesh)
 *      | ssh          | ssh          | ssh
 *   machine 1 ===== machine 2 ===== machine 3     Docker's bridge; every node links to every node
 * </pre>
 */
@Order(1)
class ThreeMachinesIT {

    @TempDir
    Path home;

    private Path temporary = Path.of("");
    private String agentSocket = "";

    @BeforeEach
    void aPlaceForTemporaryFiles() throws IOException {
        temporary = Files.createDirectory(home.resolve("t"));
    }

    private Program program() {
        return Program.at(home).with("TMPDIR", temporary.toString()).with("SSH_AUTH_SOCK", agentSocket);
    }

    @AfterEach
    void destroyLeavesNothing() throws Exception {
        program().succeed("destroy");
        assertThat(Docker.instancesOf(program())).as("containers after destroy").isEmpty();
        assertThat(Local.processesNaming(home))
                .as("processes that name the cache directory")
                .isEmpty();
        assertThat(temporary).as("temporary files").isEmptyDirectory();
        assertThat(Path.of("/sys/class/net/rapti0"))
                .as("the mesh's interface here")
                .doesNotExist();
        try (Stream<Path> left = Files.walk(home)) {
            assertThat(left.filter(Files::isRegularFile))
                    .as("files outside the cache directory")
                    .allMatch(file -> file.startsWith(program().cache()));
        }
    }

    @Test
    @Acceptance
    @DisplayName("one after the other")
    void oneAfterTheOther() {
        program().succeed("spawn");
        new Cluster(program()).isWhole(1);
        program().succeed("spawn");
        new Cluster(program()).isWhole(2);
        program().succeed("spawn");
        new Cluster(program()).isWhole(3);
        slavedAgainNothingIsRestarted();
    }

    @Test
    @Acceptance
    @DisplayName("three at once; one killed is shown as failed")
    void threeAtOnceAndOneKilled() {
        program().succeed("spawn", "--count", "3");
        new Cluster(program()).isWhole(3);
        slavedAgainNothingIsRestarted();
        NodeChecks checks = new NodeChecks(program());
        checks.sshPassesOn();
        checks.onlyTheMeshIsListenedOn();
        checks.secretsStaySecret();
        oneKilledIsShown();
    }

    @Test
    @DisplayName("two at once, then one, by a person whose only key is in an SSH agent")
    void twoAtOnceThenOne() throws IOException {
        try (SshAgent agent = SshAgent.withAKey(home)) {
            agentSocket = agent.socket();
            program().succeed("spawn", "--count", "2");
            new Cluster(program()).isWhole(2);
            program().succeed("spawn");
            new Cluster(program()).isWhole(3);
            slavedAgainNothingIsRestarted();
            assertThat(program().cache().resolve("ssh/id_ed25519"))
                    .as("a key made for the cluster")
                    .doesNotExist();
            program().succeed("destroy");
        }
    }

    @Test
    @DisplayName("two spawns of the same cache directory at once make one cluster")
    void twoSpawnsAtOnce() {
        CompletableFuture<Run> one =
                CompletableFuture.supplyAsync(() -> program().run("spawn"), Thread::startVirtualThread);
        CompletableFuture<Run> other =
                CompletableFuture.supplyAsync(() -> program().run("spawn"), Thread::startVirtualThread);
        assertThat(one.join().exitCode()).as(one.join().told()).isZero();
        assertThat(other.join().exitCode()).as(other.join().told()).isZero();
        new Cluster(program()).isWhole(2);
    }

    private void slavedAgainNothingIsRestarted() {
        Cluster cluster = new Cluster(program());
        Map<String, String> processes = cluster.processes();
        assertThat(processes.values())
                .as("pid files of agent, engine and Consul")
                .allMatch(text -> text.lines().count() >= 3);
        String machine = program()
                .succeed("ssh", "--info-only", cluster.names().getLast())
                .out()
                .strip();
        String address = machine.substring(machine.lastIndexOf(' ') + 1);
        String container = Cluster.container(cluster.names().getLast());
        ThreeNodes.on(container, "sed -i '1i echo A line that is no JSON; echo another >&2' /root/.bashrc");
        Run again = program().succeed("slave", address, "--output", "json", "--verbose");
        ThreeNodes.on(container, "sed -i 1d /root/.bashrc");
        JsonObject result = Cluster.objects(again.out()).getFirst();
        assertThat(result.get("result").getAsString()).as(again.told()).isEqualTo("ok");
        assertThat(cluster.processes()).as("process ids after slaving again").isEqualTo(processes);
        cluster.isWhole(3);
    }

    @Test
    @DisplayName("the founder killed: the others, cut off from the store, still tell who is there")
    void founderKilled() {
        program().succeed("spawn", "--count", "2");
        killOne("server");
        isShown("alive", "failed");
    }

    private void oneKilledIsShown() {
        killOne("server");
        isShown("alive", "alive", "failed");
        program().succeed("prune");
        new Cluster(program()).isWhole(2);
    }

    /** Kills a machine whose Consul is a server or a client agent; its host name begins the container's label. */
    private void killOne(String type) {
        String name = new Cluster(program())
                .members().stream()
                        .filter(member -> member.get("type").getAsString().equals(type))
                        .map(member -> member.get("name").getAsString())
                        .findFirst()
                        .orElseThrow();
        Docker.run("kill", Docker.run("ps", "-q", "--filter", "name=raptiformica-" + name));
    }

    private void isShown(String... expected) {
        Eventually.within(Duration.ofSeconds(30), "members are " + List.of(expected), () -> {
            List<String> statuses = new Cluster(program())
                    .members().stream()
                            .map(member -> member.get("status").getAsString())
                            .sorted()
                            .toList();
            return statuses.equals(List.of(expected));
        });
    }
}
