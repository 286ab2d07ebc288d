package org.raptiformica.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.StreamSupport;

/** What a person can see of a cluster through one client, and what has to hold of every healthy one. */
final class Cluster {

    private final Program program;

    Cluster(Program program) {
        this.program = program;
    }

    /** All that the issue asks of a cluster of this size: members, mesh, store. */
    void isWhole(int size) {
        List<JsonObject> members = members();
        assertThat(members.stream().map(member -> member.get("status").getAsString()))
                .as("status of the members, table:\n" + program.run("members").out())
                .containsOnly("alive")
                .hasSize(size);
        everyNodeReachesEveryNode(size);
        whatIsPutOnOneIsReadOnAll(members);
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
