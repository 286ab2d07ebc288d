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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Machines without an SSH server come in by themselves.
 *
 * <pre>
 *   one -ssh-> door &lt;-ssh- two        all on one network; nobody can log in to one and two
 * </pre>
 */
class JoinIT {

    private static final Duration SOON = Duration.ofSeconds(90);

    /** A note that the store has no leader goes to standard error. */
    private static final String HEARD = "{ raptiformica config get it/from 2>/dev/null || true; }";

    @TempDir
    Path directory;

    private static final String SSH_FILES = "cd /root/.ssh && sha256sum *";

    private final Networks networks = new Networks();
    private Path key = Path.of("");
    private String network = "";

    @BeforeEach
    void network() {
        key = Seat.key(directory);
        network = networks.network();
    }

    @AfterEach
    void removeAll() {
        networks.close();
    }

    private Seat door(String name) {
        Seat door = networks.with(Seat.withSshServer(name, key, network)).withArtifacts();
        door.succeed("slave", "localhost");
        return door;
    }

    private Seat guest(String name) {
        return networks.with(Seat.withoutSshServer(name, key, network));
    }

    @Test
    @DisplayName("two join at once through one machine, and are full nodes that nobody tries to log in to")
    void twoAtOnce() {
        Seat door = door("door");
        Seat one = guest("one");
        Seat two = guest("two");

        String letIn = door.shell("cat /root/.ssh/authorized_keys");
        String ownSsh = one.shell(SSH_FILES);

        List<CompletableFuture<Run>> joins = Stream.of(one, two)
                .map(seat -> CompletableFuture.supplyAsync(
                        () -> seat.run("join", door.on(network)), Thread::startVirtualThread))
                .toList();

        joins.forEach(join ->
                assertThat(join.join().exitCode()).as(join.join().told()).isZero());
        Reached.all("two joined at once", SOON, List.of(door, one, two));
        assertThat(door.shell("cat /root/.ssh/authorized_keys"))
                .as("who is let in at the door")
                .isEqualTo(letIn);
        assertThat(one.shell(SSH_FILES)).as("what is in ~/.ssh of a guest").isEqualTo(ownSsh);
        assertThat(one.does("pgrep -x sshd")).as("an SSH server on a guest").isFalse();
        assertThat(door.entry("one", "host"))
                .as("host of a machine without an SSH server")
                .isEmpty();
        Run again = one.succeed("join", door.on(network), "--output", "json");
        assertThat(Cluster.objects(again.out()).getFirst().get("result").getAsString())
                .as("joining again: " + again.told())
                .isEqualTo("ok");
    }

    /**
     * Two come in through one machine, which is all that they have in common and cannot reach either of them.
     *
     * <pre>
     *   one -- nata --+-- natb -- two
     *                 |
     *                door
     * </pre>
     */
    @Test
    @Acceptance
    @DisplayName("two that join from behind two NATs, without SSH servers, reach all and are reached by all")
    void behindNats(@TempDir Path keys) {
        try (Topology topology = new Topology(keys)) {
            Lan internet = topology.lan();
            Lan homeA = topology.lan();
            Lan homeB = topology.lan();
            LanMachine door = topology.machine("door", internet);
            LanMachine one = topology.guestBehind(topology.nat("nata", homeA, internet), "one", homeA);
            LanMachine two = topology.guestBehind(topology.nat("natb", homeB, internet), "two", homeB);
            assertThat(door.reaches(one, homeA)).as("from the door to one").isFalse();
            assertThat(two.reaches(one, homeA)).as("from two to one").isFalse();
            door.succeed("slave", "localhost");

            List<CompletableFuture<Run>> joins = Stream.of(one, two)
                    .map(guest -> CompletableFuture.supplyAsync(
                            () -> guest.program("join", door.on(internet)), Thread::startVirtualThread))
                    .toList();

            joins.forEach(join ->
                    assertThat(join.join().exitCode()).as(join.join().told()).isZero());
            Reached.all("joined from behind two NATs", SOON, List.of(door, one, two));
            assertThat(one.does("pgrep -x sshd")).as("an SSH server on one").isFalse();
            assertThat(door.entry("one", "host")).as("host of one").isEmpty();
            // It may become a server at this moment: then the store has it a little later, and two knows it already.
            assertThat(two.run("raptiformica config set it/from two && " + HEARD))
                    .as("what two says to all, as it reads it itself")
                    .endsWith("two");
            Eventually.within(
                    SOON,
                    () -> "one hears what two says to all: " + one.run(HEARD),
                    () -> one.run(HEARD).equals("two"));
        }
    }

    @Test
    @DisplayName("a machine that is in no network is no door, and a node of another network does not come in")
    void refused() {
        Seat one = door("one");
        Seat other = networks.with(Seat.withSshServer("other", key, network)).withArtifacts();

        Run noNode = one.run("join", other.on(network));
        assertThat(noNode.exitCode()).as(noNode.told()).isEqualTo(7);
        assertThat(noNode.err()).contains(other.on(network)).contains("no node");

        other.succeed("slave", "localhost");
        Run foreign = one.run("join", other.on(network));
        assertThat(foreign.exitCode()).as(foreign.told()).isEqualTo(5);
        assertThat(foreign.err()).contains("another cluster").contains("raptiformica clean");
        assertThat(one.alive()).as("members of the network it was in").containsOnlyKeys("one");

        Run unreachable = one.run("join", "192.0.2.1", "--port", "1");
        assertThat(unreachable.exitCode()).as(unreachable.told()).isEqualTo(4);
    }
}
