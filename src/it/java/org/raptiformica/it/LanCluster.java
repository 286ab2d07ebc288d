package org.raptiformica.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.raptiformica.cluster.api.AgentClient;
import org.raptiformica.cluster.api.MemberView;
import org.raptiformica.consensus.Member;
import org.raptiformica.consensus.Roles;
import org.raptiformica.failure.Failure;

/** Machines on one network that are nodes of one cluster: it grows and shrinks, and is asked without new processes. */
final class LanCluster implements AutoCloseable {

    private static final String INVENTORY = "/root/inventory.json";
    private static final Duration DEPLOYING = Duration.ofMinutes(15);
    private static final Duration MORE_FOR_EACH = Duration.ofMinutes(1);
    private static final Duration LOOK = Duration.ofMillis(200);

    private final Topology topology;
    private final Lan lan;
    private final IntFunction<List<String>> options;
    private final boolean apart;
    private final List<LanMachine> nodes = new CopyOnWriteArrayList<>();
    private Optional<LanMachine> client = Optional.empty();
    private int booted;

    /** Without any machine yet; the directory is for what the test's own machine needs. */
    LanCluster(Path directory) {
        this(new Topology(directory), _ -> List.of(), false);
    }

    /**
     * @param options more options of {@code docker run}, by the number of the machine from 1
     * @param apart whether the client is a machine of its own and not the first node
     */
    LanCluster(Topology topology, IntFunction<List<String>> options, boolean apart) {
        this.apart = apart;
        this.topology = topology;
        this.lan = topology.lan();
        this.options = options;
    }

    Lan lan() {
        return lan;
    }

    /** The machines that are nodes now; the list follows. */
    List<LanMachine> nodes() {
        return nodes;
    }

    LanMachine first() {
        return nodes.getFirst();
    }

    LanMachine any(Random random) {
        // Some may go while one is chosen.
        List<LanMachine> now = List.copyOf(nodes);
        return now.get(random.nextInt(now.size()));
    }

    /** Boots machines and makes them nodes, until there are so many. */
    void grow(int size, int concurrent) {
        if (nodes.isEmpty()) {
            nodes.add(found());
        }
        List<LanMachine> fresh = new ArrayList<>();
        while (nodes.size() + fresh.size() < size) {
            fresh.add(topology.target(name(), options.apply(booted), lan));
        }
        if (!fresh.isEmpty()) {
            deploy(fresh, concurrent);
            nodes.addAll(fresh);
        }
    }

    private LanMachine found() {
        LanMachine founder = apart
                ? topology.target(name(), options.apply(booted), lan)
                : topology.machine(name(), options.apply(booted), lan);
        LanMachine by = apart ? topology.machine("client", List.of(), lan) : founder;
        client = Optional.of(by);
        by.succeed("slave", founder.on(lan));
        return founder;
    }

    private LanMachine client() {
        return client.orElseThrow();
    }

    /** Two digits, so that none is the beginning of another. */
    private String name() {
        booted++;
        return "n%02d".formatted(booted);
    }

    private void deploy(List<LanMachine> machines, int concurrent) {
        String inventory = machines.stream()
                .map(machine -> "{\"dst\": \"" + machine.on(lan) + "\"}")
                .collect(Collectors.joining(", ", "[", "]"));
        client().run("cat > " + INVENTORY + " <<'END'\n" + inventory + "\nEND");
        Run run = client().program(limit(machines), "deploy", INVENTORY, "--concurrent", String.valueOf(concurrent));
        assertThat(run.exitCode()).as(run.told()).isZero();
    }

    private static Duration limit(List<LanMachine> machines) {
        return DEPLOYING.plus(MORE_FOR_EACH.multipliedBy(machines.size()));
    }

    /** Those that came last leave in order, until there are so many. */
    void shrink(int size) {
        List<LanMachine> going = List.copyOf(nodes.subList(size, nodes.size()));
        // Nobody asks them any more before they go.
        nodes.removeAll(going);
        List<String> words = new ArrayList<>(List.of("leave", "--yes"));
        going.forEach(machine -> words.add(machine.name()));
        Run run = client().program(limit(going), words.toArray(String[]::new));
        assertThat(run.exitCode()).as(run.told()).isZero();
    }

    /** Loses its power, and is none of the nodes any more. */
    void kill(LanMachine node) {
        nodes.remove(node);
        Docker.run("kill", node.id());
    }

    /**
     * How long from now on it takes each node to see that member failed, in order; who does not see it within the limit is
     * left out.
     */
    List<Duration> failedForEach(String meshAddress, Duration limit) {
        long begin = System.nanoTime();
        List<Duration> seen = new CopyOnWriteArrayList<>();
        ChaosCluster.inParallel(nodes.stream()
                .<Runnable>map(node -> () -> {
                    while (System.nanoTime() - begin < limit.toNanos() && !seesFailed(node, meshAddress)) {
                        ChaosCluster.pause(LOOK);
                    }
                    Duration after = Duration.ofNanos(System.nanoTime() - begin);
                    if (after.compareTo(limit) < 0) {
                        seen.add(after);
                    }
                })
                .toList());
        return seen.stream().sorted().toList();
    }

    private static boolean seesFailed(LanMachine node, String meshAddress) {
        try {
            return node.agent().members().stream()
                    .map(MemberView::member)
                    .anyMatch(member -> member.node().equals(meshAddress) && member.status() == Member.Status.FAILED);
        } catch (Failure noAnswer) {
            return false;
        }
    }

    /** The power is back. */
    void start(LanMachine node) {
        Docker.run("start", node.id());
        nodes.add(node);
    }

    /** What is not as it should be: empty when all nodes see all alive and the store answers everywhere. */
    Optional<String> unwell() {
        for (LanMachine node : nodes) {
            try {
                AgentClient agent = node.agent();
                if (!agent.status().joined()) {
                    return Optional.of(node.name() + " has no store");
                }
                long alive = agent.members().stream()
                        .filter(member -> member.member().alive())
                        .count();
                if (alive != nodes.size()) {
                    return Optional.of(node.name() + " sees " + alive + " alive");
                }
            } catch (Failure failure) {
                return Optional.of(node.name() + ": " + failure.what());
            }
        }
        return Optional.empty();
    }

    /** Waits until nothing is wrong and the servers are those that a cluster of this size has. */
    void isWhole(Duration limit) {
        Eventually.within(
                limit,
                () -> nodes.size() + " nodes are a whole cluster: " + unwell().orElse("servers are " + voters()) + "\n"
                        + told(),
                () -> unwell().isEmpty() && voters().size() == Roles.wantedServers(nodes.size()));
    }

    /** The nodes whose vote counts in the store, as the store says. */
    List<LanMachine> voters() {
        List<String> voters = first().voters();
        return nodes.stream()
                .filter(node -> voters.stream().anyMatch(line -> line.startsWith(node.meshAddress() + " ")))
                .toList();
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
