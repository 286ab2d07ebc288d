package org.raptiformica.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.raptiformica.cluster.api.MemberView;
import org.raptiformica.consensus.Member;
import org.raptiformica.consensus.Roles;
import org.raptiformica.failure.Failure;

/** What a person can see of a cluster through one client, and what has to hold of every healthy one. */
final class Cluster {

    private static final Duration SERVERS_LIMIT = Duration.ofMinutes(3);

    private final Program program;

    Cluster(Program program) {
        this.program = program;
    }

    /** All that the issue asks of a cluster of this size: members, mesh, store. */
    void isWhole(int size) {
        hasServers(Roles.wantedServers(size));
        List<JsonObject> members = members();
        assertThat(members.stream().map(member -> member.get("status").getAsString()))
                .as("status of the members: " + members)
                .containsOnly("alive")
                .hasSize(size);
        everyNodeReachesEveryNode(size);
        whatIsPutOnOneIsReadOnAll(members);
    }

    /**
     * The servers of the store are so many, all of them vote and live, and no change is under way. Asked on the nodes
     * themselves: one question through SSH takes as long as twenty of these.
     */
    void hasServers(int wanted) {
        Eventually.within(
                SERVERS_LIMIT,
                () -> "the servers are " + wanted + " of:\n"
                        + program.run("members").told() + "voting: " + seen(Cluster::voting),
                () -> seen(Cluster::serving)
                        .filter(alive ->
                                alive.size() == wanted && seen(Cluster::voting).equals(Optional.of(alive)))
                        .isPresent());
    }

    /** What the first node tells that can; none can while its Consul restarts in another role. */
    private static Optional<Set<String>> seen(Function<Inside, Set<String>> question) {
        for (String container : BootedMachines.running()) {
            Inside node = new Inside(container);
            try {
                Set<String> answer = question.apply(node);
                if (!answer.isEmpty()) {
                    return Optional.of(answer);
                }
            } catch (Failure | AssertionError notNow) {
                // No node, or none at the moment.
            }
        }
        return Optional.empty();
    }

    private static Set<String> serving(Inside node) {
        return node.agent().members().stream()
                .map(MemberView::member)
                .filter(Member::serves)
                .map(Member::node)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> voting(Inside node) {
        return SeenNode.voters(node).stream()
                .map(line -> line.split("\\s+", 2)[0])
                .collect(Collectors.toCollection(TreeSet::new));
    }

    List<String> aliveNames() {
        return alive(members());
    }

    private static List<String> alive(List<JsonObject> members) {
        return members.stream()
                .filter(member -> member.get("status").getAsString().equals("alive"))
                .map(member -> member.get("name").getAsString())
                .toList();
    }

    /** The container of a node's machine. */
    static String container(String name) {
        return Docker.run("ps", "-aq", "--filter", "name=raptiformica-" + name);
    }

    List<JsonObject> members() {
        return objects(program.succeed("members", "--output", "json").out());
    }

    List<String> names() {
        return members().stream()
                .map(member -> member.get("name").getAsString())
                .toList();
    }

    private void everyNodeReachesEveryNode(int size) {
        Run run = program.run("members", "--round-trips", "--output", "json");
        assertThat(run.exitCode()).as("round trips: " + run.told()).isZero();
        List<JsonObject> rows = objects(run.out());
        assertThat(rows).as(run.told()).hasSize(size);
        for (JsonObject row : rows) {
            JsonArray trips = row.getAsJsonArray("roundTrips");
            assertThat(trips)
                    .as("ways from " + row.get("name") + ": " + run.told())
                    .hasSize(size - 1);
        }
    }

    private void whatIsPutOnOneIsReadOnAll(List<JsonObject> members) {
        String writer = members.getFirst().get("name").getAsString();
        String value = "written-on-" + writer + "-" + System.nanoTime();
        program.succeed("ssh", writer, "consul", "kv", "put", "it/key", value);
        for (JsonObject member : members) {
            String reader = member.get("name").getAsString();
            String read = program.succeed("ssh", reader, "consul", "kv", "get", "it/key")
                    .out()
                    .strip();
            assertThat(read).as("value read on " + reader).isEqualTo(value);
        }
    }

    /** The process ids of agent, mesh engine and Consul on each node, by its name. */
    Map<String, String> processes() {
        Map<String, String> ids = new TreeMap<>();
        for (String name : names()) {
            String told = program.succeed("ssh", name, "sh", "-c", "cat /run/raptiformica/*.pid")
                    .out();
            ids.put(name, told);
        }
        return ids;
    }

    static List<JsonObject> objects(String json) {
        return new ArrayList<>(StreamSupport.stream(
                        JsonParser.parseString(json).getAsJsonArray().spliterator(), false)
                .map(JsonElement::getAsJsonObject)
                .toList());
    }
}
