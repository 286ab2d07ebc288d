package org.raptiformica.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.raptiformica.failure.Failure;

/** Whatever happens to the processes of the nodes, the cluster is whole again without anybody's help. */
@Isolated("it keeps all processors busy, and measures how soon the dead are known")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FailuresIT {

    private static final int SIZE = 3;
    private static final List<String> PROCESSES =
            List.of("agent", MeshSwitch.engine().word(), "consul");
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Duration BUSY = Duration.ofSeconds(60);
    private static final Duration LOOK = Duration.ofMillis(250);
    /** The promise is 5 s; the rest is for a machine that does other things besides. */
    private static final Duration KNOWN = Duration.ofSeconds(8);

    private LanCluster cluster;

    @BeforeAll
    void threeNodes(@TempDir Path directory) {
        cluster = new LanCluster(directory);
        cluster.grow(SIZE, 2);
    }

    @AfterAll
    void remove() {
        cluster.close();
    }

    @BeforeEach
    void isWhole() {
        cluster.isWhole(LIMIT);
    }

    @Test
    @DisplayName("with all processors busy for a minute nobody takes a living node for dead")
    void noFalseAlarm() {
        long failuresBefore = failuresLogged();
        List<Process> busy = busyProcesses();
        List<String> alarms = new ArrayList<>();
        int looks = 0;
        try {
            long end = System.nanoTime() + BUSY.toNanos();
            while (System.nanoTime() < end) {
                for (LanMachine node : cluster.nodes()) {
                    looks += look(node, alarms);
                }
                ChaosCluster.pause(LOOK);
            }
        } finally {
            busy.forEach(Process::destroyForcibly);
        }
        assertThat(alarms).as("members taken for dead").isEmpty();
        assertThat(failuresLogged()).as("failures that Consul saw").isEqualTo(failuresBefore);
        assertThat(looks).as("answers from the nodes").isGreaterThan(SIZE * 30);
    }

    /** One answer, or none from an agent that has no time for it. */
    private static int look(LanMachine node, List<String> alarms) {
        try {
            node.agent().members().stream()
                    .filter(member -> !member.member().alive())
                    .forEach(member -> alarms.add(node.name() + " sees " + member));
            return 1;
        } catch (Failure busy) {
            return 0;
        }
    }

    private long failuresLogged() {
        return cluster.nodes().stream()
                .map(node -> node.run("grep -c EventMemberFailed /var/log/raptiformica/consul.log || true"))
                .mapToLong(Long::parseLong)
                .sum();
    }

    private static List<Process> busyProcesses() {
        return Stream.generate(() -> new ProcessBuilder("sh", "-c", "while :; do :; done"))
                .limit(2L * Runtime.getRuntime().availableProcessors())
                .map(FailuresIT::start)
                .toList();
    }

    private static Process start(ProcessBuilder builder) {
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    @DisplayName("a node that vanishes is failed for all others within seconds, and back when its power is")
    void aDeadNodeIsKnown() {
        LanMachine dead = cluster.nodes().getLast();
        String address = dead.meshAddress();
        cluster.kill(dead);
        List<Duration> known = cluster.failedForEach(address, LIMIT);
        cluster.start(dead);

        System.out.println("a node is gone, failed for the others after " + known);
        assertThat(known)
                .hasSize(SIZE - 1)
                .allSatisfy(after -> assertThat(after).isLessThan(KNOWN));
    }

    @Test
    @DisplayName("processes killed and stopped are replaced")
    void processesComeBack() {
        for (String signal : List.of("KILL", "STOP")) {
            for (LanMachine node : cluster.nodes()) {
                isReplaced(node, PROCESSES.get(cluster.nodes().indexOf(node)), signal);
            }
            cluster.isWhole(LIMIT);
        }
        isReplaced(cluster.first(), "guard", "KILL");
    }

    @Test
    @DisplayName("after a loss of power everywhere all nodes find each other and the store has its data")
    void powerIsLostEverywhere() {
        cluster.first().run("consul kv put it/before 'the loss'");
        cluster.nodes().forEach(node -> Docker.run("kill", node.id()));
        cluster.nodes().forEach(node -> Docker.run("start", node.id()));

        cluster.isWhole(LIMIT);
        Reached.all("after a loss of power everywhere", LIMIT, cluster.nodes());
        assertThat(cluster.nodes())
                .allSatisfy(
                        node -> assertThat(node.run("consul kv get it/before")).isEqualTo("the loss"));
    }

    private static void isReplaced(LanMachine node, String process, String signal) {
        String before = pid(node, process);
        node.run("kill -" + signal + " " + before);
        Eventually.within(
                LIMIT,
                "another " + process + " after a signal " + signal + " to " + before + " on " + node.name(),
                () -> !pid(node, process).equals(before));
    }

    private static String pid(LanMachine node, String process) {
        return node.run("cut -d' ' -f1 /run/raptiformica/" + process + ".pid || true");
    }
}
