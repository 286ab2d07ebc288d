package org.raptiformica.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * How long nothing gets through when the only node that carries traffic dies, and when a node moves to another network:
 * a table of medians. What {@code bench/outages} runs, on the topologies of the tests.
 */
final class Outages {

    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int ENOUGH = 15;

    private final int rounds;

    private Outages(int rounds) {
        this.rounds = rounds;
    }

    /** Rounds from the command line, five where nothing is said. */
    public static void main(String... arguments) throws IOException {
        Outages outages = new Outages(arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5);
        Path directory = Files.createTempDirectory("raptiformica-outages");
        try {
            System.out.println("| what | median | worst | rounds |\n|---|---|---|---|");
            outages.print(
                    "the public node between two NATs dies, another takes over",
                    outages.carrierDies(Files.createDirectory(directory.resolve("carrier"))));
            outages.print(
                    "a node moves: another address, gateway and NAT",
                    outages.nodeMoves(Files.createDirectory(directory.resolve("move"))));
        } finally {
            Local.run("rm", "-r", directory.toString());
        }
    }

    private List<Double> carrierDies(Path directory) {
        List<Double> silences = new ArrayList<>();
        try (Topology topology = new Topology(directory)) {
            Lan internet = topology.lan();
            Lan homeA = topology.lan();
            Lan homeB = topology.lan();
            LanMachine natA = topology.nat("nata", homeA, internet);
            LanMachine natB = topology.nat("natb", homeB, internet);
            LanMachine a = topology.behind(natA, "a", homeA);
            LanMachine b = topology.behind(natB, "b", homeB);
            List<LanMachine> open = List.of(topology.machine("first", internet), topology.machine("second", internet));
            natA.forward(homeA, internet, 22, a);
            natB.forward(homeB, internet, 22, b);
            LanMachine client = open.getFirst();
            List.of(
                            client.on(internet),
                            natA.on(internet),
                            natB.on(internet),
                            open.getLast().on(internet))
                    .forEach(address -> client.succeed("slave", address));
            List<LanMachine> all = List.of(a, b, open.getFirst(), open.getLast());
            for (int round = 0; round < rounds; round++) {
                Reached.all("carrier, round " + round, LIMIT, all);
                LanMachine carrier = open.get(round % 2);
                silences.add(silence(a, a.addresses().getOrDefault("b", ""), () -> Docker.run("kill", carrier.id())));
                Docker.run("start", carrier.id());
                carrier.run("ip route del default || true");
            }
        }
        return silences;
    }

    private List<Double> nodeMoves(Path directory) {
        List<Double> silences = new ArrayList<>();
        try (Topology topology = new Topology(directory)) {
            Lan internet = topology.lan();
            List<Lan> homes = List.of(topology.lan(), topology.lan());
            List<LanMachine> nats = List.of(
                    topology.nat("nat1", homes.getFirst(), internet), topology.nat("nat2", homes.getLast(), internet));
            LanMachine open = topology.machine("public", internet);
            LanMachine a = topology.behind(nats.getFirst(), "a", homes.getFirst());
            a.succeed("slave", a.on(homes.getFirst()));
            a.succeed("slave", open.on(internet));
            for (int round = 0; round < rounds; round++) {
                Reached.all("move, round " + round, LIMIT, List.of(a, open));
                Lan from = homes.get(round % 2);
                Lan to = homes.get((round + 1) % 2);
                LanMachine router = nats.get((round + 1) % 2);
                silences.add(silence(open, open.addresses().getOrDefault("a", ""), () -> a.move(from, to, router)));
            }
        }
        return silences;
    }

    /** The longest time without an answer over the mesh, from before the event until answers come again. */
    private static double silence(LanMachine from, String address, Runnable event) {
        from.run("rm -f /tmp/answers; ping -6 -D -i 0.2 " + address + " > /tmp/answers 2>&1 & echo $! > /tmp/ping.pid");
        Eventually.within(LIMIT, "answers from " + address, () -> answers(from) > ENOUGH);
        event.run();
        // Nothing to wait for: what was under way when it happened must not count as an answer to what was sent after
        // it.
        ChaosCluster.pause(Duration.ofSeconds(2));
        int before = answers(from);
        Eventually.within(LIMIT, "answers from " + address + " again", () -> answers(from) > before + ENOUGH);
        from.run("kill $(cat /tmp/ping.pid)");
        return Double.parseDouble(
                from.run("awk -F'[][]' '/bytes from/ {if (last && $2 - last > most) most = $2 - last; last = $2}"
                        + " END {printf \"%.1f\", most}' /tmp/answers"));
    }

    private static int answers(LanMachine machine) {
        return Integer.parseInt(machine.run("grep -c 'bytes from' /tmp/answers || true"));
    }

    private void print(String what, List<Double> silences) {
        Collections.sort(silences);
        System.out.printf(
                Locale.ROOT,
                "| %s | %.1f s | %.1f s | %d |%n",
                what,
                silences.get(silences.size() / 2),
                silences.getLast(),
                silences.size());
    }
}
