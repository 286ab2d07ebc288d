package org.raptiformica.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A running cluster of three containers that one client booted, for tests of modules. */
final class ThreeNodes implements AutoCloseable {

    static final Duration SOON = Duration.ofSeconds(60);

    private final Path home;
    private final List<String> containers;
    private final Run spawned;

    ThreeNodes(Path home) {
        this.home = home;
        this.spawned = program().succeed("raptiformica_spawn.py", "--count", "3");
        this.containers = Docker.instancesOf(program());
        assertThat(containers).hasSize(3);
        // Two of the Consuls are restarted as servers just after they have joined: a plain `consul` in a container
        // would fail.
        new Cluster(program()).hasServers(3);
    }

    Program program() {
        return Program.at(home);
    }

    /** What the program of 0.1 printed that booted them. */
    Run spawned() {
        return spawned;
    }

    /** The ids of the containers. */
    List<String> containers() {
        return containers;
    }

    static String on(String container, String script) {
        return Docker.run("exec", container, "sh", "-c", script);
    }

    static boolean holds(String container, String script) {
        return new Inside(container).does("{ " + script + "; }");
    }

    void onEach(String what, String script) {
        for (String container : containers) {
            Eventually.within(SOON, what + " on " + container, () -> holds(container, script));
        }
    }

    void onNone(String what, String script) {
        onEach("no " + what, "! { " + script + "; }");
    }

    /** A container that the store can do without for a while. */
    static String notTheLeader(List<String> containers) {
        return containers.stream()
                .filter(container -> !holds(container, "consul info | grep -q 'leader = true'"))
                .findFirst()
                .orElseThrow();
    }

    /** A repository of this name with one module file. */
    ModuleRepository module(String name, String json) {
        return ModuleRepository.at(home.resolve("sources").resolve(name)).with("raptiformica.json", json);
    }

    void install(ModuleRepository module) {
        program().succeed("install", module.path().toString(), "--yes");
    }

    void remove(String name) {
        program().succeed("install", "--remove", name);
    }

    /** What {@code modules} says of one, to this client. */
    JsonObject listed(String name) {
        return listed(program(), name);
    }

    static JsonObject listed(Program client, String name) {
        Run run = client.succeed("modules", "--output", "json");
        return Cluster.objects(run.out()).stream()
                .filter(module -> module.get("module").getAsString().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no module " + name + ": " + run.told()));
    }

    @Override
    public void close() {
        program().succeed("destroy");
    }
}
