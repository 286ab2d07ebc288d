package org.raptiformica.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Machines that can barely reach each other become one network, slaved one after the other or all at once. */
class ReachabilityIT {

    private static final Duration SOON = Duration.ofSeconds(90);

    @TempDir
    Path directory;

    private Topology topology;

    @BeforeEach
    void noMachinesYet() {
        topology = new Topology(directory);
    }

    @AfterEach
    void nothingStays() {
        topology.close();
    }

    private static void apart(LanMachine from, LanMachine to, Lan lan) {
        assertThat(from.reaches(to, lan))
                .as(from.name() + " reaches " + to.name() + " underneath")
                .isFalse();
    }

    private static boolean opens(LanMachine from, String address) {
        return from.does("timeout 2 bash -c '< /dev/tcp/" + address + "/22'");
    }

    /**
     * A reaches B under an address that only A knows, B reaches C likewise; A and C have no way to each other. B slaves C with
     * what A has sent to B. Then A logs in to C over the mesh, and B, who does not need the mesh for it, sends C away.
     *
     * <pre>
     *   a --- first --- b --- second --- c
     * </pre>
     */
    @Test
    @DisplayName("linked: a machine slaves itself and another; that one slaves a third that the first cannot reach")
    void linked() {
        linked(topology);
    }

    static void linked(Topology topology) {
        Lan first = topology.lan();
        Lan second = topology.lan();
        LanMachine a = topology.machine("a", first);
        LanMachine b = topology.machine("b", first, second);
        LanMachine c = topology.machine("c", second);
        List.of(b, c).forEach(machine -> machine.run("rm -r /root/.raptiformica.d/artifacts"));
        apart(a, c, second);
        apart(c, a, first);

        Order.ONE_BY_ONE.slave(a, a.on(first), b.on(first));
        b.run("raptiformica slave " + c.on(second));
        Reached.all("linked, " + Order.ONE_BY_ONE, SOON, List.of(a, b, c));

        assertThat(a.succeed("ssh", "c", "hostname").out().strip()).isEqualTo("c");
        Run cut = a.program("leave", "c", "--yes");
        assertThat(cut.exitCode()).as(cut.told()).isEqualTo(4);
        assertThat(cut.err()).as(cut.told()).contains("only the mesh leads there");
        b.run("raptiformica leave c --yes");
        assertThat(c.does("test -e /etc/raptiformica")).as("left on c").isFalse();
        topology.clean(a, a.on(first), b.on(first));

        Order.AT_ONCE.slave(a, a.on(first), b.on(first));
        b.run("raptiformica slave " + c.on(second));
        Reached.all("linked, " + Order.AT_ONCE, SOON, List.of(a, b, c));
    }

    /**
     * A reaches B and C from behind a NAT; they cannot reach A, nor each other.
     *
     * <pre>
     *            +--- b
     *   a -- nat |
     *            +--- c      b and c refuse each other
     * </pre>
     */
    @Test
    @DisplayName("tree: one behind a NAT reaches two that reach nobody")
    void tree() {
        tree(topology, List.of(Order.values()));
    }

    static void tree(Topology topology, List<Order> orders) {
        Lan inner = topology.lan();
        Lan outer = topology.lan();
        LanMachine nat = topology.nat("nat", inner, outer);
        LanMachine a = topology.behind(nat, "a", inner);
        LanMachine b = topology.machine("b", outer);
        LanMachine c = topology.machine("c", outer);
        b.refuse(outer, c);
        c.refuse(outer, b);
        apart(b, c, outer);
        apart(c, b, outer);
        apart(b, a, inner);
        apart(c, a, inner);

        String[] addresses = {a.on(inner), b.on(outer), c.on(outer)};
        for (Order order : orders) {
            order.slave(a, addresses);
            Reached.all("tree, " + order, SOON, List.of(a, b, c));
            topology.clean(a, addresses);
        }
    }

    /**
     * C may send UDP outwards and nothing else; SSH from the one that slaves it is let in.
     *
     * <pre>
     *   a --- b
     *    \   /
     *      c        TCP blocked both ways, nothing comes in
     * </pre>
     */
    @Test
    @DisplayName("a node that may only send UDP outwards is a full node")
    void onlyUdpOutwards() {
        Lan lan = topology.lan();
        LanMachine a = topology.machine("a", lan);
        LanMachine b = topology.machine("b", lan);
        LanMachine c = topology.machine("c", lan);
        c.run("""
                nft -f - <<END
                table inet only_udp_outwards {
                    chain in {
                        type filter hook input priority 0; policy drop;
                        iifname { "lo", "rapti0" } accept
                        ip saddr %s tcp dport 22 accept
                        meta l4proto udp ct state established accept
                    }
                    chain out {
                        type filter hook output priority 0; policy drop;
                        oifname { "lo", "rapti0" } accept
                        tcp sport 22 accept
                        meta l4proto udp accept
                    }
                }
                END""".formatted(a.on(lan)));

        assertThat(opens(b, c.on(lan))).as("TCP from b to c").isFalse();
        assertThat(opens(c, b.on(lan))).as("TCP from c to b").isFalse();
        apart(b, c, lan);

        String[] addresses = {a.on(lan), b.on(lan), c.on(lan)};
        for (Order order : List.of(Order.ONE_BY_ONE, Order.AT_ONCE)) {
            order.slave(a, addresses);
            Reached.all("UDP outwards only, " + order, SOON, List.of(a, b, c));
            topology.clean(a, addresses);
        }
    }

    /**
     * A and B are behind NATs of their own; a node that both reach carries their traffic, and another one when it dies.
     *
     * <pre>
     *   a -- natA --+-- public1 --+-- natB -- b
     *               +-- public2 --+
     * </pre>
     */
    @ParameterizedTest
    @EnumSource(names = {"ONE_BY_ONE", "AT_ONCE"})
    @DisplayName("two nodes behind two NATs reach each other through any public one")
    void twoNats(Order order) {
        Lan internet = topology.lan();
        Lan homeA = topology.lan();
        Lan homeB = topology.lan();
        LanMachine natA = topology.nat("nata", homeA, internet);
        LanMachine natB = topology.nat("natb", homeB, internet);
        LanMachine a = topology.behind(natA, "a", homeA);
        LanMachine b = topology.behind(natB, "b", homeB);
        LanMachine first = topology.machine("first", internet);
        LanMachine second = topology.machine("second", internet);
        // The way in for SSH that somebody who sits in front of them would not need.
        natA.forward(homeA, internet, 22, a);
        natB.forward(homeB, internet, 22, b);

        apart(a, b, homeB);
        apart(b, a, homeA);
        apart(first, a, homeA);

        order.slave(first, first.on(internet), natA.on(internet), natB.on(internet));
        Reached.all("two NATs, " + order, SOON, List.of(first, a, b));

        first.succeed("slave", second.on(internet));
        Reached.all("two NATs and a second public node, " + order, SOON, List.of(first, second, a, b));

        Docker.run("kill", first.id());
        Reached.all("two NATs, the first public node dead, " + order, SOON, List.of(second, a, b));
    }
}
