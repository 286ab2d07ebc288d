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
import org.raptiformica.mesh.EngineException;
import org.raptiformica.mesh.EngineKind;
import org.raptiformica.mesh.Peer;
import org.raptiformica.mesh.yggdrasil.YggdrasilAdmin;

/** Two clusters of one node each on one LAN, where their mesh engines hear each other's multicast. */
class SeparateClustersIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(20);
    private static final String ENTRIES = "raptiformica/meshnet/neighbours/";

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

    @Test
    @DisplayName("clusters of different secrets stay two, though each has an entry of the other's node")
    void theyStayTwo() {
        MeshSwitch.only(EngineKind.YGGDRASIL, "this is about engines that look for each other on a LAN");
        Lan lan = topology.lan();
        LanMachine red = topology.machine("red", lan);
        LanMachine blue = topology.machine("blue", lan);
        red.succeed("slave", red.on(lan));
        blue.succeed("slave", blue.on(lan));
        String redEntry = red.run("consul kv export " + ENTRIES);
        String blueEntry = blue.run("consul kv export " + ENTRIES);
        red.run("consul kv import - <<'END'\n" + blueEntry + "\nEND");
        blue.run("consul kv import - <<'END'\n" + redEntry + "\nEND");
        String addressOfBlue =
                blue.run("consul members | awk 'NR == 2 {print $2}'").replaceAll("[\\[\\]]|:8301$", "");
        String addressOfRed =
                red.run("consul members | awk 'NR == 2 {print $2}'").replaceAll("[\\[\\]]|:8301$", "");

        Eventually.within(SOON, () -> "red has tried to link: " + peers(red), () -> triedInVain(red));
        Eventually.within(SOON, () -> "blue has tried to link: " + peers(blue), () -> triedInVain(blue));
        // Whether it fails is not the question here: nobody answers at the other address.
        red.program("members", "--rejoin");
        blue.program("members", "--rejoin");

        long end = System.nanoTime() + LONG_ENOUGH.toNanos();
        while (System.nanoTime() < end) {
            knowsNobodyElse(red, addressOfBlue);
            knowsNobodyElse(blue, addressOfRed);
        }
    }

    private static void knowsNobodyElse(LanMachine node, String other) {
        assertThat(peers(node).stream().filter(Peer::up))
                .as("links of " + node.name() + " that are up")
                .isEmpty();
        assertThat(node.run("consul members").lines().skip(1))
                .as("members that Consul knows on " + node.name())
                .hasSize(1);
        assertThat(node.members()).as("members on " + node.name()).containsOnlyKeys(node.name());
        assertThat(node.does("ping -6 -c 1 -W 1 " + other))
                .as(node.name() + " reaches the other cluster's node over the mesh")
                .isFalse();
    }

    /** It dialled, and was refused for its password. */
    private static boolean triedInVain(LanMachine node) {
        return peers(node).stream()
                .anyMatch(peer -> !peer.up() && peer.lastError().isPresent());
    }

    private static List<Peer> peers(LanMachine node) {
        try {
            return new YggdrasilAdmin(node.root().resolve("run/raptiformica/yggdrasil.sock")).getPeers();
        } catch (EngineException notYet) {
            return List.of();
        }
    }
}
