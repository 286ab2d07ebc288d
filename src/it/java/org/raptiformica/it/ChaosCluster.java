package org.raptiformica.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.raptiformica.cluster.api.AgentClient;
import org.raptiformica.cluster.api.SocketChannelToAgent;
import org.raptiformica.failure.Failure;

/** Nodes on one network, and what can be done to them. */
final class ChaosCluster implements AutoCloseable {

    /** How long what lasts lasts: longer than it takes to see a node fail, shorter than it takes to give it up. */
    private static final Duration LASTS = Duration.ofSeconds(9);

    private static final String DISK = "48m";

    private final Topology topology;
    private final Lan lan;
    private final List<LanMachine> nodes;
    private int hosts = 200;

    /** Boots so many machines and makes them nodes of one cluster. */
    ChaosCluster(Path directory, int size) {
        topology = new Topology(directory);
        lan = topology.lan();
        nodes = IntStream.rangeClosed(1, size)
                .mapToObj(
                        i -> topology.machine("n" + i, List.of("--volume=" + disk(directory, i) + ":/opt/consul"), lan))
                .toList();
        LanMachine first = nodes.getFirst();
        first.succeed("slave", first.on(lan));
        List<CompletableFuture<Run>> runs = nodes.stream()
                .skip(1)
                .map(node -> CompletableFuture.supplyAsync(() -> first.program("slave", node.on(lan))))
                .toList();
        runs.forEach(
                run -> assertThat(run.join().exitCode()).as(run.join().told()).isZero());
    }

    private Path disk(Path directory, int node) {
        try {
            return topology.disk(Files.createDirectory(directory.resolve("disk" + node)), DISK);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<LanMachine> nodes() {
        return nodes;
    }

    LanMachine any(Random random) {
        return nodes.get(random.nextInt(nodes.size()));
    }

    void lasts() {
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

    void signal(LanMachine node, String service, String signal) {
        node.run("kill -" + signal + " $(cat /run/raptiformica/" + service + ".pid) || true");
    }

    /** What hangs is not woken again: the program has to see it. */
    void hang(LanMachine node, String service) {
        signal(node, service, "STOP");
        lasts();
    }

    void powerCut(List<LanMachine> victims) {
        victims.forEach(node -> Docker.run("kill", node.id()));
        lasts();
        victims.forEach(node -> Docker.run("start", node.id()));
    }

    void split(List<LanMachine> one, List<LanMachine> other) {
        one.forEach(node -> node.hearOnly(lan, one));
        other.forEach(node -> node.hearOnly(lan, other));
        lasts();
        nodes.forEach(LanMachine::hearAll);
    }

    void renumber(LanMachine node) {
        node.renumber(lan, hosts++);
    }

    /** Where Consul has its data; the rest of the disk stays free, for the machine that the test runs on has only one. */
    void fillDisk(LanMachine node) {
        node.fill("/opt/consul");
        lasts();
        node.run("rm -f /opt/consul/filler");
    }

    /** Asks the agent of a node, without SSH and without a new process. */
    static AgentClient agentOf(LanMachine node) {
        return new AgentClient(new SocketChannelToAgent(node.root().resolve("run/raptiformica/agent.sock")));
    }

    /** What is not as it should be: empty when all nodes see all alive and the store answers everywhere. */
    Optional<String> unwell() {
        for (LanMachine node : nodes) {
            try {
                AgentClient agent = agentOf(node);
                if (!agent.status().joined()) {
                    return Optional.of(node.name() + " has no store");
                }
                long alive = agent.members().stream()
                        .filter(member -> member.member().alive())
                        .count();
                if (alive < nodes.size()) {
                    return Optional.of(node.name() + " sees " + alive + " alive");
                }
            } catch (Failure failure) {
                return Optional.of(node.name() + ": " + failure.what());
            }
        }
        return Optional.empty();
    }

    /** Everything that helps to find out what went wrong. */
    String told() {
        List<String> texts = new ArrayList<>();
        for (LanMachine node : nodes) {
            texts.add("--- " + node.name() + "\n"
                    + node.run("consul members 2>&1; tail -n 40 /var/log/raptiformica/agent.log 2>&1 || true"));
        }
        return String.join("\n", texts);
    }

    @Override
    public void close() {
        topology.close();
    }
}
