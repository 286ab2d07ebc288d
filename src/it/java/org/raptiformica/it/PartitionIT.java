package org.raptiformica.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A cluster of three servers and a client agent cut in two. Either side gets a machine more and loses a node meanwhile, and
 * nobody does anything for the two to be one again.
 *
 * <pre>
 *   fresh (slaved during the cut) === alone     X     first === late (slaved during the cut)
 *                         guest (dies) ===               === second (leaves)
 * </pre>
 */
@Acceptance
@Order(2)
class PartitionIT {

    private static final Duration SOON = Duration.ofMinutes(2);
    private static final List<String> KEYS = List.of("it/kept", "it/doomed", "it/queued", "it/majority");

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
    @DisplayName("one server of three is cut off with a client agent: it reads and queues, the others go on, both sides"
            + " gain and lose a node, and all agree at the end")
    void bothSidesGoOn() {
        Lan lan = topology.lan();
        LanMachine first = topology.machine("first", lan);
        LanMachine second = topology.machine("second", lan);
        LanMachine alone = topology.machine("alone", lan);
        LanMachine guest = topology.target("guest", List.of(), lan);
        LanMachine late = topology.target("late", List.of(), lan);
        LanMachine fresh = topology.target("fresh", List.of(), lan);
        List<LanMachine> three = List.of(first, second, alone);
        found(lan, three);
        first.succeed("slave", guest.on(lan));
        first.succeed("config", "set", "it/kept", "from before");
        first.succeed("config", "set", "it/doomed", "from before");
        eventually(
                () -> "all three have both keys: " + values(three),
                () -> three.stream()
                        .allMatch(node ->
                                fromStore(node) && value(node, "it/doomed").equals("from before")));
        String meshProcess = meshProcess(alone);

        cut(lan, List.of(alone, guest, fresh), List.of(first, second, late));
        eventually(() -> "a quorum without alone, none with it", () -> !fromStore(alone) && fromStore(first));
        theMinorityReadsAndQueues(alone);
        theMajorityGoesOnAndGrows(first, late, lan);
        isLedBy(late, List.of(first, second, late));
        first.succeed("leave", "--yes", "second");
        CompletableFuture<Run> joining = theMinorityLosesOneAndGrows(alone, guest, fresh, lan);
        assertThat(meshProcess(alone))
                .as("mesh process of the node that is cut off")
                .isEqualTo(meshProcess);

        List<LanMachine> all = List.of(first, alone, late, fresh);
        all.forEach(LanMachine::hearAll);
        Map<String, String> expected = new TreeMap<>(
                Map.of("it/kept", "from before", "it/doomed", "", "it/queued", "by alone", "it/majority", "by first"));
        eventually(
                () -> "all four have " + expected + ": " + values(all) + told(all),
                () -> all.stream()
                        .allMatch(node -> fromStore(node) && values(node).equals(expected)));
        assertThat(joining.join().exitCode()).as(joining.join().told()).isZero();
        areOneCluster(all, guest);
        assertThat(view(alone).get("queued").getAsInt())
                .as("left in the outbox")
                .isZero();
        assertThat(meshProcess(alone)).as("mesh process at the end").isEqualTo(meshProcess);
    }

    private static void cut(Lan lan, List<LanMachine> side, List<LanMachine> other) {
        side.forEach(machine -> machine.hearOnly(lan, side));
        other.forEach(machine -> machine.hearOnly(lan, other));
    }

    /** Nobody is let into a store without a quorum: the command waits for one, with a node that is linked already. */
    private static CompletableFuture<Run> theMinorityLosesOneAndGrows(
            LanMachine alone, LanMachine guest, LanMachine fresh, Lan lan) {
        Docker.run("kill", guest.id());
        CompletableFuture<Run> joining =
                CompletableFuture.supplyAsync(() -> alone.program("slave", fresh.on(lan)), Thread::startVirtualThread);
        Map<String, String> side = Map.of("alone", "alive", "fresh", "alive", "guest", "failed");
        eventually(
                () -> "alone sees " + side + ": " + alone.members() + "; "
                        + (joining.isDone() ? joining.join().told() : "fresh is joining"),
                () -> alone.members().entrySet().containsAll(side.entrySet()));
        assertThat(joining.isDone())
                .as("slaved without a quorum: "
                        + (joining.isDone() ? joining.join().told() : ""))
                .isFalse();
        return joining;
    }

    /**
     * All see each other. Who died, and who left while it could not be heard, are failed where gossip still knows them: it does
     * not tell newcomers of the dead, nor does a Consul remember them that was restarted in another role.
     */
    private static void areOneCluster(List<LanMachine> all, LanMachine dead) {
        Map<String, String> alive = new TreeMap<>();
        all.forEach(node -> alive.put(node.name(), "alive"));
        eventually(
                () -> "all see " + alive + ", and others as failed:"
                        + all.stream().map(SeenNode::members).toList() + told(all),
                () -> all.stream().map(SeenNode::members).allMatch(seen -> areThese(seen, alive, dead)));
        Reached.all("partition, healed", SOON, all);
    }

    private static boolean areThese(Map<String, String> seen, Map<String, String> alive, LanMachine dead) {
        Map<String, String> others = new TreeMap<>(seen);
        others.keySet().removeAll(alive.keySet());
        return seen.entrySet().containsAll(alive.entrySet())
                && Set.of("", dead.name()).containsAll(others.keySet())
                && Set.of("failed").containsAll(others.values());
    }

    private static void found(Lan lan, List<LanMachine> three) {
        LanMachine first = three.getFirst();
        first.succeed("slave", first.on(lan));
        List<CompletableFuture<Run>> joining = three.stream()
                .skip(1)
                .map(node -> CompletableFuture.supplyAsync(
                        () -> first.program("slave", node.on(lan)), Thread::startVirtualThread))
                .toList();
        joining.forEach(
                run -> assertThat(run.join().exitCode()).as(run.join().told()).isZero());
        eventually(
                () -> "three servers vote: " + first.voters(),
                () -> first.voters().size() == 3);
    }

    private static void theMinorityReadsAndQueues(LanMachine alone) {
        assertThat(alone.succeed("config", "set", "it/queued", "by alone").out())
                .as("set without a quorum")
                .contains("queued on a node");
        assertThat(alone.succeed("config", "delete", "it/doomed").out())
                .as("delete without a quorum")
                .contains("queued on a node");
        Run old = alone.succeed("config", "get", "it/kept");
        assertThat(old.out().strip()).as("read without a quorum: " + old.told()).isEqualTo("from before");
        assertThat(old.err())
                .as("it says that it may be old")
                .contains("as of ")
                .contains("no quorum, 2 queued on top");
        assertThat(values(alone))
                .as("its own changes count for it")
                .containsEntry("it/queued", "by alone")
                .containsEntry("it/doomed", "");
    }

    private static void theMajorityGoesOnAndGrows(LanMachine first, LanMachine late, Lan lan) {
        assertThat(first.succeed("config", "set", "it/majority", "by first").out())
                .as("set with a quorum")
                .contains("stored");
        first.succeed("slave", late.on(lan));
        eventually(
                () -> "the new node reads from the store: " + view(late),
                () -> fromStore(late) && value(late, "it/majority").equals("by first"));
        assertThat(value(late, "it/doomed"))
                .as("what only the other side has deleted")
                .isEqualTo("from before");
    }

    /** The harder case: the other side has never heard of the leader that it has to take the store from. */
    private static void isLedBy(LanMachine wanted, List<LanMachine> servers) {
        Supplier<List<String>> voters = servers.getFirst()::voters;
        eventually(() -> wanted.name() + " leads the store: " + voters.get(), () -> {
            List<String> lines = voters.get();
            List<String> led =
                    lines.stream().filter(line -> line.contains(" leader ")).toList();
            if (lines.size() < servers.size() || led.size() != 1) {
                return false;
            }
            LanMachine leader = servers.stream()
                    .filter(server -> led.getFirst().startsWith(server.meshAddress()))
                    .findFirst()
                    .orElseThrow();
            if (leader != wanted) {
                leader.run("read -r pid _ </run/raptiformica/consul.pid; kill -STOP $pid; sleep 3; kill -CONT $pid");
            }
            return leader == wanted;
        });
    }

    private static String meshProcess(LanMachine node) {
        return node.run("ps -o pid=,stat= -p $(cat /run/raptiformica/"
                + MeshSwitch.engine().word() + ".pid) | awk '{print $1}'");
    }

    private static JsonObject view(LanMachine node) {
        return JsonParser.parseString(
                        node.succeed("config", "get", "--output", "json").out())
                .getAsJsonObject();
    }

    private static boolean fromStore(LanMachine node) {
        return view(node).get("fromStore").getAsBoolean();
    }

    private static Map<String, String> values(LanMachine node) {
        JsonObject config = view(node).getAsJsonObject("config");
        Map<String, String> values = new TreeMap<>();
        KEYS.forEach(key -> values.put(
                key,
                config.has("raptiformica/" + key)
                        ? config.get("raptiformica/" + key).getAsString()
                        : ""));
        return values;
    }

    private static String value(LanMachine node, String key) {
        return values(node).getOrDefault(key, "");
    }

    private static List<String> values(List<LanMachine> nodes) {
        List<String> told = new ArrayList<>();
        nodes.forEach(node -> told.add(node.name() + (fromStore(node) ? " " : " (replica) ") + values(node)));
        return told;
    }

    private static String told(List<LanMachine> nodes) {
        StringBuilder text = new StringBuilder();
        nodes.forEach(node -> text.append("\n--- ")
                .append(node.name())
                .append('\n')
                .append(node.run("consul members 2>&1; consul operator raft list-peers 2>&1;"
                        + " cat /etc/raptiformica/node.json; tail -n 40 /var/log/raptiformica/agent.log;"
                        + " tail -n 15 /var/log/raptiformica/consul.log")));
        return text.toString();
    }

    private static void eventually(Supplier<String> what, BooleanSupplier condition) {
        Eventually.within(SOON, what, condition);
    }
}
