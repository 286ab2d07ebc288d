package org.raptiformica.it;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.raptiformica.config.Change;
import org.raptiformica.failure.Failure;
import org.raptiformica.it.ChaosHistory.Outcome;
import org.raptiformica.it.ChaosHistory.Write;

/** A client that writes numbered values to the shared config, each through a node that it chooses anew. */
final class ChaosWriter implements Runnable {

    static final String PREFIX = "raptiformica/chaos/";
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final String name;
    private final ChaosCluster cluster;
    private final ChaosHistory history;
    private final Random random;
    private volatile boolean ends;

    ChaosWriter(String name, ChaosCluster cluster, ChaosHistory history, long seed) {
        this.name = name;
        this.cluster = cluster;
        this.history = history;
        this.random = new Random(seed);
    }

    void end() {
        ends = true;
    }

    @Override
    public void run() {
        for (int number = 0; !ends; number++) {
            LanMachine node = cluster.any(random);
            String key = PREFIX + name + "/" + number;
            String value = "%s-%d-%s".formatted(name, number, node.name());
            long begin = System.nanoTime();
            Outcome outcome = write(node, key, value);
            history.add(new Write(key, value, node.name(), begin, System.nanoTime(), outcome));
            ChaosCluster.pause(PAUSE);
        }
    }

    private static Outcome write(LanMachine node, String key, String value) {
        try {
            ChaosCluster.agentOf(node).change(List.of(new Change.Set(key, value)));
            return Outcome.ACKNOWLEDGED;
        } catch (Failure | IllegalStateException noAnswer) {
            return Outcome.UNKNOWN;
        }
    }
}
