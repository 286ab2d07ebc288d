package org.raptiformica.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.raptiformica.host.Command;
import org.raptiformica.host.LocalHost;
import org.raptiformica.host.Outcome;

/**
 * Machines that are network namespaces, and cables that are pairs of virtual interfaces. The cable number n joins
 * {@code 10.99.n.1} and {@code 10.99.n.2}; interfaces are called eth0, eth1, … on each machine.
 */
public final class Underlay implements AutoCloseable {

    private static final AtomicInteger COUNT = new AtomicInteger();

    private final LocalHost here = new LocalHost();
    private final String prefix = "rm" + ProcessHandle.current().pid() + "x" + COUNT.incrementAndGet();
    private final Map<String, Integer> interfaces = new TreeMap<>();
    private final List<Cable> cables = new ArrayList<>();

    /** One end of a cable is at the first machine, the other at the second. */
    public record Cable(String first, String firstInterface, String second, String secondInterface, int number) {

        /** The address of a machine at its end of this cable. */
        public String addressOf(String machine) {
            return "10.99." + number + (machine.equals(first) ? ".1" : ".2");
        }
    }

    private Underlay() {}

    /** Skips the test, saying why, where no namespace can be made. */
    public static Underlay of(String... machines) {
        assumeTrue(Files.isExecutable(Path.of("/usr/sbin/ip")), "skipped: no `ip` (iproute2) on this machine");
        assumeTrue(
                new LocalHost().run(Command.of("id", "-u")).out().strip().equals("0"),
                "skipped: network namespaces need root");
        Underlay underlay = new Underlay();
        for (String machine : machines) {
            underlay.ip("netns", "add", underlay.namespace(machine));
            underlay.interfaces.put(machine, 0);
            underlay.inside(machine, "link", "set", "lo", "up");
        }
        return underlay;
    }

    /** A host inside a machine. */
    public NamespaceHost host(String machine) {
        return new NamespaceHost(namespace(machine));
    }

    /** Joins two machines. */
    public Cable join(String first, String second) {
        Cable cable = new Cable(first, nextInterface(first), second, nextInterface(second), cables.size() + 1);
        cables.add(cable);
        ip(
                "link",
                "add",
                "name",
                cable.firstInterface(),
                "netns",
                namespace(first),
                "type",
                "veth",
                "peer",
                "name",
                cable.secondInterface(),
                "netns",
                namespace(second));
        for (String machine : List.of(first, second)) {
            String name = machine.equals(first) ? cable.firstInterface() : cable.secondInterface();
            inside(machine, "address", "add", cable.addressOf(machine) + "/24", "dev", name);
            inside(machine, "link", "set", name, "up");
        }
        return cable;
    }

    /** Takes a cable out, or puts it in again. */
    public void connected(Cable cable, boolean connected) {
        inside(cable.first(), "link", "set", cable.firstInterface(), connected ? "up" : "down");
        inside(cable.second(), "link", "set", cable.secondInterface(), connected ? "up" : "down");
    }

    /** Limits the packets of a cable. */
    public void mtu(Cable cable, int mtu) {
        inside(cable.first(), "link", "set", cable.firstInterface(), "mtu", String.valueOf(mtu));
        inside(cable.second(), "link", "set", cable.secondInterface(), "mtu", String.valueOf(mtu));
    }

    @Override
    public void close() {
        interfaces.keySet().forEach(machine -> ip("netns", "delete", namespace(machine)));
    }

    private String namespace(String machine) {
        return prefix + machine;
    }

    private String nextInterface(String machine) {
        return "eth" + (interfaces.merge(machine, 1, Integer::sum) - 1);
    }

    private void inside(String machine, String... words) {
        List<String> all = new ArrayList<>(List.of("-n", namespace(machine)));
        all.addAll(List.of(words));
        ip(all.toArray(String[]::new));
    }

    private void ip(String... words) {
        List<String> all = new ArrayList<>(List.of("/usr/sbin/ip"));
        all.addAll(List.of(words));
        Outcome outcome = here.run(Command.of(all));
        assertThat(outcome.exitCode()).as("%s: %s", all, outcome.err()).isZero();
    }
}
