package org.raptiformica.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever happens to the processes of the nodes, the cluster is whole again without anybody's help. */
class FailuresIT {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    @TempDir
    Path home;

    private Program program() {
        return Program.at(home);
    }

    @AfterEach
    void destroy() {
        program().succeed("destroy");
        assertThat(Docker.instancesOf(program())).as("containers after destroy").isEmpty();
    }

    @Test
    @DisplayName("processes killed, processes stopped, and a loss of power everywhere")
    void theClusterComesBack() {
        Cluster cluster = new Cluster(program());
        program().succeed("spawn", "--count", "3");
        cluster.hasServers(3);
        List<String> containers =
                cluster.aliveNames().stream().map(Cluster::container).toList();

        List<String> processes = List.of("agent", MeshSwitch.engine().word(), "consul");
        for (int i = 0; i < 3; i++) {
            isReplaced(containers.get(i), processes.get(i), "KILL");
        }
        cluster.isWhole(3);
        for (int i = 0; i < 3; i++) {
            isReplaced(containers.get(i), processes.get(i), "STOP");
        }
        cluster.isWhole(3);

        powerIsLost(containers);
        cluster.isWhole(3);
    }

    /** One right after the other: once all are off Docker deals their addresses out anew, to whoever asks first. */
    private static void powerIsLost(List<String> containers) {
        containers.forEach(container -> Docker.run("restart", "--time", "0", container));
    }

    private static void isReplaced(String container, String process, String signal) {
        String before = pid(container, process);
        Docker.run("exec", container, "sh", "-c", "kill -" + signal + " " + before);
        Eventually.within(
                LIMIT,
                "another " + process + " after a signal " + signal + " to " + before + " on " + container,
                () -> !pid(container, process).equals(before));
    }

    private static String pid(String container, String process) {
        return Docker.run("exec", container, "sh", "-c", "cut -d' ' -f1 /run/raptiformica/" + process + ".pid || true");
    }
}
