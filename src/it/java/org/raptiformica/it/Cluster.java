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
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import org.raptiformica.consensus.Roles;

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

    /** The servers of the store are so many, all of them vote and live, and no change is under way. */
    void hasServers(int wanted) {
        Eventually.within(SERVERS_LIMIT, () -> "the servers are " + wanted + " of:\n" + seen(), () -> {
            Run run = program.run("members", "--output", "json");
            // It fails while the Consul of the node that answers restarts in its new role.
            return run.exitCode() == 0 && serversAre(wanted, objects(run.out()));
        });
    }

    private String seen() {
        Run run = program.run("members", "--output", "json");
        return program.run("members").out() + (run.exitCode() == 0 ? servers(objects(run.out())) : run.err());
    }

    private boolean serversAre(int wanted, List<JsonObject> members) {
        List<String> voting = servers(members)
                .lines()
                .filter(line -> line.contains(" true "))
                .map(line -> line.replaceFirst("^\\S+\\s+\\S+\\s+(\\S+).*", "$1"))
                .sorted()
                .toList();
        List<String> alive = members.stream()
                .filter(member -> member.get("type").getAsString().equals("server")
                        && member.get("status").getAsString().equals("alive"))
                .map(member -> "[" + member.get("address").getAsString() + "]:8300")
                .sorted()
                .toList();
        return voting.size() == wanted && voting.equals(alive);
    }

    /** Consul's own list of them, as a node that answers sees it. */
    private String servers(List<JsonObject> members) {
        for (String name : alive(members)) {
            Run run = program.run("ssh", name, "consul", "operator", "raft", "list-peers");
            if (run.exitCode() == 0) {
                return run.out();
            }
        }
        return "";
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
