package org.raptiformica.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Machines that can barely reach each other become one network, slaved one after the other or all at once. */
class ReachabilityIT {

    private static final Duration SOON = Duration.ofSeconds(90);

    /** How the machines are brought in. */
    enum Order {
        ONE_BY_ONE,
        AT_ONCE
    }

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

    /** Has {@code from} slave these addresses, which have to become nodes all of them. */
    private static void slave(Order order, LanMachine from, String... addresses) {
        switch (order) {
            case ONE_BY_ONE -> Stream.of(addresses).forEach(address -> from.succeed("slave", address));
            case AT_ONCE -> {
                List<CompletableFuture<Run>> runs = Stream.of(addresses)
                        .map(address -> CompletableFuture.supplyAsync(() -> from.program("slave", address)))
                        .toList();
                runs.forEach(run ->
                        assertThat(run.join().exitCode()).as(run.join().told()).isZero());
            }
        }
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
    @ParameterizedTest
    @EnumSource
    @DisplayName("tree: one behind a NAT reaches two that reach nobody")
    void tree(Order order) {
        tree(topology, order);
    }

    static void tree(Topology topology, Order order) {
        Lan inner = topology.lan();
        Lan outer = topology.lan();
        LanMachine nat = topology.nat("nat", inner, outer);
        LanMachine a = topology.behind(nat, "a", inner);
        LanMachine b = topology.machine("b", outer);
        LanMachine c = topology.machine("c", outer);
        b.refuse(c.on(outer));
        c.refuse(b.on(outer));

        slave(order, a, a.on(inner), b.on(outer), c.on(outer));

        Reached.all("tree, " + order, SOON, List.of(a, b, c));
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
    @ParameterizedTest
    @EnumSource
    @DisplayName("a node that may only send UDP outwards is a full node")
    void onlyUdpOutwards(Order order) {
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

        slave(order, a, a.on(lan), b.on(lan), c.on(lan));

        Reached.all("UDP outwards only, " + order, SOON, List.of(a, b, c));
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
    @EnumSource
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

        slave(order, first, first.on(internet), natA.on(internet), natB.on(internet));
        Reached.all("two NATs, " + order, SOON, List.of(first, a, b));

        first.succeed("slave", second.on(internet));
        Reached.all("two NATs and a second public node, " + order, SOON, List.of(first, second, a, b));

        Docker.run("kill", first.id());
        Reached.all("two NATs, the first public node dead, " + order, SOON, List.of(second, a, b));
    }
}
