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

/** Addresses and ways change under the mesh; what runs over it goes on. */
class RoamingIT {

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

    /**
     * A moves from one home to another: its address, its gateway and the NAT before it are others then.
     *
     * <pre>
     *   a -- nat1 --+
     *   :           +-- public
     *   a -- nat2 --+
     * </pre>
     */
    @Test
    @DisplayName("a node moves to another network while an SSH session over the mesh is open: it resumes")
    void aNodeMoves() {
        Lan internet = topology.lan();
        Lan before = topology.lan();
        Lan after = topology.lan();
        LanMachine nat1 = topology.nat("nat1", before, internet);
        LanMachine nat2 = topology.nat("nat2", after, internet);
        LanMachine open = topology.machine("public", internet);
        LanMachine a = topology.behind(nat1, "a", before);
        Order.AT_ONCE.slave(a, a.on(before), open.on(internet));
        Reached.all("roaming, before", SOON, List.of(a, open));

        open.run("ssh -o StrictHostKeyChecking=no -o ServerAliveInterval=0 root@"
                + open.addresses().get("a")
                + " 'while :; do echo; sleep 0.2; done' 2> /dev/null < /dev/null"
                + " | while read -r _; do date +%s.%N; done > /tmp/ticks &");
        Eventually.within(SOON, "the session speaks", () -> ticks(open) > 3);
        a.move(before, after, nat2);
        int heard = ticks(open);
        Eventually.within(SOON, "the session over the mesh goes on", () -> {
            assertThat(open.members().get("a")).as("status of a").isIn("alive", "failed");
            return ticks(open) > heard + 10;
        });
        String silence =
                open.run("awk 'NR>1 && $1-last>most {most=$1-last} {last=$1} END {printf \"%.1f\", most}' /tmp/ticks");
        System.out.println("roaming: the session was silent for " + silence + " s at most");
        assertThat(Double.parseDouble(silence)).as("seconds of silence").isLessThan(30);
        assertThat(open.does("pgrep -x ssh"))
                .as("the session is the one that was opened before")
                .isTrue();

        Reached.all("roaming, after", SOON, List.of(a, open));
        aClientFindsIt(nat1, open);
    }

    /** A client outside the mesh, for whom nothing is at any address that it was told of a. */
    private void aClientFindsIt(LanMachine client, LanMachine open) {
        topology.makeClient(client);
        client.run("ssh -o StrictHostKeyChecking=no root@" + open.run("hostname -i | cut -d' ' -f1")
                + " cat /root/.raptiformica.d/mutable_config.json > /root/.raptiformica.d/mutable_config.json");
        assertThat(client.succeed("ssh", "a", "hostname").out().strip())
                .as("who answers over the mesh")
                .isEqualTo("a");
    }

    private static int ticks(LanMachine machine) {
        return Integer.parseInt(machine.run("wc -l < /tmp/ticks"));
    }

    /**
     * C and D are in one LAN whose router loses the internet; meanwhile D gets another address there.
     *
     * <pre>
     *   c --+
     *       +-- nat --x-- remote
     *   d --+
     * </pre>
     */
    @Test
    @DisplayName(
            "nodes of a LAN without internet keep working, find each other, and merge with the rest when it is back")
    void aLanWithoutInternet() {
        Lan home = topology.lan();
        Lan internet = topology.lan();
        LanMachine nat = topology.nat("nat", home, internet);
        LanMachine c = topology.behind(nat, "c", home);
        LanMachine d = topology.behind(nat, "d", home);
        LanMachine remote = topology.machine("remote", internet);
        c.succeed("slave", c.on(home));
        c.succeed("slave", d.on(home));
        c.succeed("slave", remote.on(internet));
        Reached.all("LAN, before", SOON, List.of(c, d, remote));

        String toInternet = nat.deviceOn(internet);
        nat.run("ip link set " + toInternet + " down");
        Eventually.within(
                SOON, "remote is missed", () -> !"alive".equals(c.members().get("remote")));
        d.renumber(home, 200);
        Reached.all("LAN without internet", SOON, List.of(c, d));
        // The one that led may be away, and the addresses have just changed: there may be an election.
        Eventually.within(SOON, "c writes without the internet", () -> c.does("consul kv put it/alone yes"));
        Eventually.within(SOON, "d reads what c wrote", () -> d.does("consul kv get it/alone | grep -qx yes"));

        nat.run("ip link set " + toInternet + " up");
        Reached.all("LAN, merged again", SOON, List.of(c, d, remote));
        Eventually.within(
                SOON,
                "remote reads what was written without it",
                () -> remote.does("consul kv get it/alone | grep -qx yes"));
    }

    /** Told addresses, learned addresses, hosts: all are wrong at once, and there is no third node to ask. */
    @Test
    @DisplayName("two nodes that both get other addresses without internet call, and find each other")
    void bothElsewhere() {
        Lan lan = topology.lan();
        LanMachine a = topology.machine("a", lan);
        LanMachine b = topology.machine("b", lan);
        Order.AT_ONCE.slave(a, a.on(lan), b.on(lan));
        Reached.all("both elsewhere, before", SOON, List.of(a, b));

        a.readdress(lan, "10.77.0.1/24");
        b.readdress(lan, "10.77.0.2/24");

        Reached.all("both elsewhere, after", Duration.ofSeconds(60), List.of(a, b));
        assertThat(a.does("grep -q 'calls on the local network' /var/log/raptiformica/agent.log"))
                .as("a called")
                .isTrue();
    }
}
