package org.raptiformica.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The servers of the store follow the number of nodes, up and down, and the store is there all along. */
class RolesIT {

    @TempDir
    Path home;

    private Program program() {
        return Program.at(home);
    }

    @AfterEach
    void destroy() {
        program().succeed("destroy");
        assertThat(Docker.instancesOf(program())).as("containers after destroy").isEmpty();
    }

    @Test
    @DisplayName("one server, three servers, one of them dead and replaced, and back to one")
    void serversFollowTheNodes() {
        Cluster cluster = new Cluster(program());
        program().succeed("spawn");
        cluster.hasServers(1);
        put("alone");

        program().succeed("spawn", "--count", "3");
        cluster.hasServers(3);
        assertThat(get("alone")).as("what the founder wrote alone").isEqualTo("alone");
        put("three");

        killServer();
        cluster.hasServers(3);
        assertThat(get("three")).as("what was written before a server died").isEqualTo("three");

        killServer();
        cluster.hasServers(1);
        assertThat(get("three")).as("what was written by three servers").isEqualTo("three");
        kill(aMember("client"));
        cluster.hasServers(1);
        put("alone again");
        assertThat(get("three")).as("what was written by three servers").isEqualTo("three");
    }

    private void killServer() {
        kill(aMember("server"));
    }

    /** Returns when the others have noticed: before that the servers look as they did. */
    private void kill(JsonObject member) {
        String name = member.get("name").getAsString();
        Docker.run("kill", Cluster.container(name));
        Eventually.within(Duration.ofMinutes(1), name + " is missed", () -> {
            Run run = program().run("members", "--output", "json");
            return run.exitCode() == 0
                    && Cluster.objects(run.out()).stream()
                            .noneMatch(other -> other.get("name").getAsString().equals(name)
                                    && other.get("status").getAsString().equals("alive"));
        });
    }

    private JsonObject aMember(String type) {
        return new Cluster(program())
                .members().stream()
                        .filter(member -> member.get("status").getAsString().equals("alive"))
                        .filter(member -> member.get("type").getAsString().equals(type))
                        .findFirst()
                        .orElseThrow();
    }

    private void put(String value) {
        program().succeed("ssh", writer(), "consul", "kv", "put", "it/" + value.replace(' ', '-'), value);
    }

    private String get(String key) {
        return program()
                .succeed("ssh", writer(), "consul", "kv", "get", "it/" + key)
                .out()
                .strip();
    }

    private String writer() {
        List<String> alive = new Cluster(program()).aliveNames();
        assertThat(alive).as("names of nodes that are alive").isNotEmpty();
        return alive.getFirst();
    }
}
