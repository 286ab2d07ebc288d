package org.raptiformica.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** What can be done to the nodes of a cluster. */
final class ChaosCluster implements AutoCloseable {

    /** How long what lasts lasts: longer than it takes to see a node fail, shorter than it takes to give it up. */
    private static final Duration LASTS = Duration.ofSeconds(9);

    private static final List<String> SERVICES =
            List.of("agent", MeshSwitch.engine().word(), "consul");
    private static final String STORE_DISK = "/opt/consul";
    private static final String AGENT_DISK = "/root/.raptiformica.d";
    private static final String LOG_DISK = "/var/log/raptiformica";
    private static final int CONCURRENT = 3;

    private final Path directory;
    private final Topology topology;
    private final LanCluster cluster;
    private final AtomicInteger hosts = new AtomicInteger(200);

    /** Boots so many machines and makes them nodes of one cluster. */
    ChaosCluster(Path directory, int size) {
        this.directory = directory;
        this.topology = new Topology(directory);
        this.cluster = new LanCluster(topology, this::options, false);
        try {
            cluster.grow(size, CONCURRENT);
        } catch (RuntimeException | AssertionError failed) {
            topology.close();
            throw failed;
        }
    }

    /** Disks of their own, since what they are on has only one; and a limit within which memory can run out. */
    private List<String> options(int node) {
        return List.of(
                disk(node, STORE_DISK, "48m"),
                disk(node, AGENT_DISK, "400m"),
                disk(node, LOG_DISK, "16m"),
                "--memory=1g",
                "--memory-swap=1g");
    }

    private String disk(int node, String place, String size) {
        try {
            Path disk = Files.createDirectories(directory.resolve("disk" + node + place));
            return "--volume=" + topology.disk(disk, size) + ":" + place;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<LanMachine> nodes() {
        return cluster.nodes();
    }

    LanCluster asCluster() {
        return cluster;
    }

    /** Does it to these nodes. What lasts has ended when it returns; the rest is up to the program. */
    void befall(ChaosFault fault, List<LanMachine> victims) {
        LanMachine node = victims.getFirst();
        switch (fault) {
            case KILL_AGENT -> kill(node, "agent");
            case KILL_MESH -> kill(node, MeshSwitch.engine().word());
            case KILL_STORE -> kill(node, "consul");
            case STOP_AGENT -> hang(node, "agent");
            case STOP_MESH -> hang(node, MeshSwitch.engine().word());
            case STOP_STORE -> hang(node, "consul");
            case NO_MEMORY_AGENT -> runOutOfMemory(node, "agent");
            case NO_MEMORY_STORE -> runOutOfMemory(node, "consul");
            case FULL_STORE_DISK -> fill(node, STORE_DISK);
            case FULL_AGENT_DISK -> fill(node, AGENT_DISK, LOG_DISK);
            case NEW_ADDRESS -> node.renumber(cluster.lan(), hosts.getAndIncrement());
            case STAND_STILL -> standStill(node);
            case REBOOT, REBOOT_SEVERAL, POWER_CUT -> powerCut(victims);
            case PARTITION -> cutOff(victims);
            case KILL_ALL -> killAll(victims);
        }
    }

    private static void lasts() {
        pause(LASTS);
    }

    static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void kill(LanMachine node, String service) {
        signal(node, service, "KILL");
    }

    /** What hangs is not woken again: the program has to see it. */
    private static void hang(LanMachine node, String service) {
        signal(node, service, "STOP");
        lasts();
    }

    private static void signal(LanMachine node, String service, String signal) {
        node.run("kill -" + signal + " $(cut -d' ' -f1 /run/raptiformica/" + service + ".pid) || true");
    }

    private static void killAll(List<LanMachine> victims) {
        inParallel(victims.stream()
                .flatMap(node -> SERVICES.stream().<Runnable>map(service -> () -> kill(node, service)))
                .toList());
    }

    /** What the kernel ends first is this process; two that take all they get, since one alone would be larger than it. */
    private static void runOutOfMemory(LanMachine node, String service) {
        node.run("pid=$(cut -d' ' -f1 /run/raptiformica/" + service
                + ".pid); echo 1000 >/proc/$pid/oom_score_adj || exit 0;"
                + " (tail /dev/zero & tail /dev/zero & wait) >/dev/null 2>&1; ! grep -qs VmRSS /proc/$pid/status");
    }

    private static void standStill(LanMachine node) {
        Docker.run("pause", node.id());
        lasts();
        Docker.run("unpause", node.id());
    }

    /** At the same moment, all of them. */
    private static void powerCut(List<LanMachine> victims) {
        docker("kill", victims);
        lasts();
        docker("start", victims);
    }

    private static void docker(String verb, List<LanMachine> machines) {
        Docker.run(Stream.concat(Stream.of(verb), machines.stream().map(LanMachine::id))
                .toArray(String[]::new));
    }

    private void cutOff(List<LanMachine> side) {
        List<LanMachine> other = new ArrayList<>(cluster.nodes());
        other.removeAll(side);
        inParallel(cluster.nodes().stream()
                .<Runnable>map(node -> () -> node.hearOnly(cluster.lan(), side.contains(node) ? side : other))
                .toList());
        lasts();
        inParallel(cluster.nodes().stream().<Runnable>map(node -> node::hearAll).toList());
    }

    private static void fill(LanMachine node, String... disks) {
        List.of(disks).forEach(node::fill);
        lasts();
        List.of(disks).forEach(disk -> node.run("rm -f " + disk + "/filler"));
    }

    /** Returns when all are done; the first that failed is told of. */
    static void inParallel(List<Runnable> works) {
        List<Throwable> problems = new ArrayList<>();
        List<Thread> threads = works.stream()
                .map(work -> Thread.ofVirtual().start(() -> {
                    try {
                        work.run();
                    } catch (RuntimeException | AssertionError problem) {
                        synchronized (problems) {
                            problems.add(problem);
                        }
                    }
                }))
                .toList();
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        if (!problems.isEmpty()) {
            throw new IllegalStateException(problems.getFirst());
        }
    }

    @Override
    public void close() {
        topology.close();
    }
}
