package org.raptiformica.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store whose quorum is lost for good comes back on command or by itself, from what is left of it. */
class RecoverIT {

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
    @DisplayName(
            "two of three servers are gone: the third goes on with its data, told to or once they are declared gone")
    void theServerThatIsLeftGoesOn() {
        Cluster cluster = new Cluster(program());
        program().succeed("spawn", "--count", "3");
        cluster.hasServers(3);
        List<String> names = cluster.aliveNames();
        String left = names.getLast();
        program().succeed("ssh", left, "consul", "kv", "put", "it/key", "before");
        assertThat(plan()).as("plan for a store that is well").isEqualTo("nothing");

        names.subList(0, 2).forEach(name -> Docker.run("kill", Cluster.container(name)));
        Eventually.within(Duration.ofMinutes(1), "recover sees that the quorum is lost", () -> plan().equals("go on"));
        Run rejoin = program().succeed("members", "--rejoin");
        assertThat(rejoin.time())
                .as("joining two that are dead: " + rejoin.told())
                .isLessThan(Duration.ofSeconds(25));
        assertThat(program().run("ssh", left, "consul", "kv", "get", "it/key").exitCode())
                .as("exit code of a read after the plan was only shown")
                .isNotZero();
        program().succeed("recover", "--yes");

        assertThat(value(left)).as("what was written before two servers died").isEqualTo("before");
        cluster.hasServers(1);
        String aside = program().succeed("ssh", left, "ls", "/opt/consul-aside").out();
        assertThat(aside.lines()).as("copies of the data as it was").hasSize(1);
        declaredGoneItComesBackByItself(cluster, left);
    }

    private void declaredGoneItComesBackByItself(Cluster cluster, String left) {
        program().succeed("prune");
        program().succeed("spawn", "--count", "2");
        cluster.hasServers(3);
        program().succeed("config", "set", "it/shared", "before");
        cluster.aliveNames().stream()
                .filter(name -> !name.equals(left))
                .forEach(name -> Docker.run("kill", Cluster.container(name)));
        Eventually.within(Duration.ofMinutes(1), "the quorum is lost", () -> plan().equals("go on"));

        program().succeed("prune");

        long declared = System.nanoTime();
        cluster.hasServers(1);
        System.out.printf(
                "measured: a store whose lost servers were declared gone is back by itself in %d s%n",
                Duration.ofNanos(System.nanoTime() - declared).toSeconds());
        assertThat(value(left)).as("what was written before servers died").isEqualTo("before");
        assertThat(program().succeed("config", "get", "it/shared").out().strip())
                .as("the shared config")
                .isEqualTo("before");
    }

    @Test
    @DisplayName("the only server is gone: a client agent founds a new store from its replica")
    void aClientAgentFoundsAnew() {
        Cluster cluster = new Cluster(program());
        program().succeed("spawn", "--count", "2");
        cluster.hasServers(1);
        JsonObject server = cluster.members().stream()
                .filter(member -> member.get("type").getAsString().equals("server"))
                .findFirst()
                .orElseThrow();
        Docker.run("kill", Cluster.container(server.get("name").getAsString()));
        Eventually.within(
                Duration.ofMinutes(1), "recover sees that no data is left", () -> plan().equals("found anew"));

        program().succeed("recover", "--yes");

        cluster.hasServers(1);
        String left = cluster.aliveNames().getFirst();
        Eventually.within(
                Duration.ofMinutes(1),
                "the shared config is in the new store",
                () -> program()
                        .run("ssh", left, "consul", "kv", "get", "-keys", "raptiformica/")
                        .out()
                        .lines()
                        .toList()
                        .containsAll(
                                List.of("raptiformica/meshnet/", "raptiformica/server/", "raptiformica/platform/")));
    }

    private String value(String name) {
        return program()
                .succeed("ssh", name, "consul", "kv", "get", "it/key")
                .out()
                .strip();
    }

    private String plan() {
        String told =
                program().succeed("recover", "--dry-run", "--output", "json").out();
        return JsonParser.parseString(told).getAsJsonObject().get("plan").getAsString();
    }
}
