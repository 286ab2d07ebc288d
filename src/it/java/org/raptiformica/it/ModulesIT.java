package org.raptiformica.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Modules of the shapes that people wrote for 0.1, in git repositories of their own, installed unchanged on a running
 * cluster of three machines in Docker.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ModulesIT {

    @SuppressWarnings("NullAway.Init")
    private ThreeNodes cluster;

    private List<String> containers = List.of();

    @BeforeAll
    void aClusterOfThree(@TempDir Path directory) {
        cluster = new ThreeNodes(directory);
        containers = cluster.containers();
    }

    @AfterAll
    void destroy() {
        cluster.close();
    }

    private Program program() {
        return cluster.program();
    }

    private static String on(String container, String script) {
        return ThreeNodes.on(container, script);
    }

    private void onEach(String what, String script) {
        cluster.onEach(what, script);
    }

    private void onNone(String what, String script) {
        cluster.onNone(what, script);
    }

    private ModuleRepository module(String name, String json) {
        return cluster.module(name, json);
    }

    private void install(ModuleRepository module) {
        cluster.install(module);
    }

    private JsonObject listed(String name) {
        return cluster.listed(name);
    }

    private void refused(Run run, int exitCode, String... parts) {
        assertThat(run.exitCode()).as(run.told()).isEqualTo(exitCode);
        assertThat(run.err()).as(run.told()).contains(parts).doesNotContain("Exception");
    }

    @Test
    @Acceptance
    @DisplayName("handlers that call their module's own files fire on every node, also on one that was down meanwhile")
    void hooksFireEverywhere() {
        ModuleRepository module = module("hooked", """
                {"raptiformica_api_version": "0.1", "platform": {"default": {"hooks": {"cluster_change": {"hooked": {
                    "predicate": "test -d ~",
                    "command": "~/.raptiformica.d/modules/hooked/bin/handler $PWD"}}}}}}""")
                .with(
                        "bin/handler",
                        "#!/bin/sh\ncat >> /root/hooked\necho $1 $RAPTIFORMICA_CACHE_DIR >> /root/hooked.where\n");
        String away = ThreeNodes.notTheLeader(containers);
        Docker.run("stop", "-t", "2", away);
        try {
            install(module);
        } finally {
            Docker.run("start", away);
        }
        onEach("the module's files", "test -x /root/.raptiformica.d/modules/hooked/bin/handler");
        onEach("the definition", "grep -q hooks/cluster_change/hooked /root/.raptiformica.d/mutable_config.json");

        onEach("nothing more to come", "consul members | grep -c alive | grep -qx 3");
        on(containers.getFirst(), "consul event -name=notify_cluster_change");

        onEach("an event", "grep -q '\"hook\":\"cluster_change\"' /root/hooked");
        onEach("the program's directory", "grep -qx '/usr/etc/raptiformica /root/.raptiformica.d' /root/hooked.where");
        onEach("the handler by hand", "raptiformica hook cluster_change --output json | grep -q '\"exitCode\": 0'");

        program().succeed("install", "--remove", "hooked");
        onNone("files", "test -e /root/.raptiformica.d/modules/hooked");
        onNone("definition", "grep -q hooks/cluster_change/hooked /root/.raptiformica.d/mutable_config.json");
    }

    @Test
    @DisplayName(
            "a compute type under several names and one for other machines appear and go; covered values come back")
    void computeTypes() {
        String address = "raptiformica/compute/docker/headless/get_port";
        install(module("computes", """
                {"raptiformica_api_version": "0.1", "compute": {
                  "docker": {"headless": {"get_port": "echo 2222"}},
                  "docker_32bit": {"headless": {"available": "uname -m | grep -q i.86", "start_instance": "true"}},
                  "vagrant-android": {"headless": {"available": "false"}, "htpc": {"available": "false"}}}}"""));
        onEach("the new value", "consul kv get " + address + " | grep -q 2222");
        refused(program().run("spawn", "--compute-type", "docker_32bit", "--check-available"), 3, "docker_32bit");
        assertThat(program().succeed("spawn", "--check-available").out()).contains("docker headless");

        program().succeed("modprobe", "--remove", "computes");
        onEach("the old value", "consul kv get " + address + " | grep -qx 'echo 22'");
        onNone("docker_32bit", "consul kv get -keys raptiformica/compute/ | grep -q docker_32bit");
    }

    @Test
    @DisplayName("a new version replaces the old one on every node; a failing install leaves the old one")
    void newVersions() throws IOException {
        ModuleRepository module =
                module("versioned", "{\"raptiformica_api_version\": \"0.1\"}").with("file", "one");
        install(module);
        onEach("version one", "grep -q one /root/.raptiformica.d/modules/versioned/file");
        module.with("file", "two");
        install(module);
        onEach("version two", "grep -q two /root/.raptiformica.d/modules/versioned/file");

        module.with("raptiformica.json", "{\"raptiformica_api_version\": \"0.1\", // no comments\n}")
                .with("file", "three");
        refused(program().run("install", module.path().toString(), "--yes"), 6, "brings no module file");
        assertThat(Files.readString(program().cache().resolve("modules/versioned/file")))
                .isEqualTo("two");
        onEach("still version two", "grep -q two /root/.raptiformica.d/modules/versioned/file");
        program().succeed("install", "--remove", "versioned");
    }

    @Test
    @DisplayName("what cannot be installed is told and leaves nothing")
    void badInput() {
        refused(
                program().run("install", "/no/such/repository", "--yes"),
                6,
                "/no/such/repository",
                "no such repository");
        refused(
                program()
                        .run(
                                "install",
                                module("asked", "{\"raptiformica_api_version\": \"1\"}")
                                        .path()
                                        .toString()),
                3,
                "root on every node",
                "--yes");
        refused(program().run("install", "--remove", "nothing"), 6, "nothing", "no such module");
        refused(program().run("hook"), 2, "NAME");
        onNone("module", "ls /root/.raptiformica.d/modules | grep -qE 'asked|repository'");
    }

    @Test
    @DisplayName("bootstraps that print 100 MB or read their input, predicates that kill their shell")
    void roughModules() {
        install(module("rough", """
                {"raptiformica_api_version": "0.1",
                 "server": {"rough": {"loud": {"bootstrap": "mkdir -p /usr/etc/loud; yes 'a line' | head -c 100000000"},
                                      "reads": {"bootstrap": "cat; echo $? > /root/read"}}},
                 "platform": {"default": {"hooks": {
                    "cluster_change": {"a_suicide": {"predicate": "kill -9 $$", "command": "touch /root/never"},
                                       "b_after": {"command": "touch /root/after"}}}}}}"""));
        String name = new Cluster(program()).names().getFirst();
        program().succeed("update", name, "--server-type", "rough");
        assertThat(program().succeed("ssh", name, "cat", "/root/read").out().strip())
                .isEqualTo("0");

        on(containers.getFirst(), "raptiformica hook cluster_change --output json || true");
        assertThat(on(containers.getFirst(), "ls /root")).contains("after").doesNotContain("never");
        program().succeed("install", "--remove", "rough");
    }

    @Test
    @DisplayName("the program's own module takes the place of no other one of its name")
    void othersOfOurName() {
        install(module("notifications", "{\"raptiformica_api_version\": \"0.1\"}"));

        refused(program().run("install", "notifications"), 6, "a module notifications already, from");

        program().succeed("install", "--remove", "notifications");
    }

    @Test
    @DisplayName("what 0.1's packaging scripts cut out of what spawn prints is an instance's id")
    void packagingScripts() throws IOException {
        Path printed = Files.writeString(
                program().cache().resolve("printed"), cluster.spawned().out());
        String id = Local.shell("grep .raptiformica.d/var/machines/docker/headless " + printed
                + " | head -n 1 | rev | cut -d/ -f1 | rev");

        assertThat(id).matches("[0-9a-f]{32}");
        assertThat(program().cache().resolve("var/machines/docker/headless").resolve(id))
                .isDirectory();
    }

    @Test
    @DisplayName("another client sees what the cluster has, and cannot put another module in its place")
    void anotherClient(@TempDir Path elsewhere) throws IOException {
        ModuleRepository module = module("shared", """
                {"raptiformica_api_version": "0.1", "server": {"shared": {"x": {"bootstrap": "true"}}},
                 "compute": {"shared": {"shared": {"start_instance": "true"}}}}""");
        install(module);
        // A node tells of the modules that it has: the other client may ask any.
        onEach("the module's files", "test -e /root/.raptiformica.d/modules/shared/raptiformica.json");
        Program other = Program.at(elsewhere);
        for (String file : List.of("mutable_config.json", "known_hosts", "ssh/id_ed25519", "ssh/id_ed25519.pub")) {
            Path from = program().cache().resolve(file);
            if (Files.exists(from)) {
                Files.createDirectories(other.cache().resolve(file).getParent());
                Files.copy(from, other.cache().resolve(file), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        JsonObject seen = ThreeNodes.listed(other, "shared");
        assertThat(seen.get("where").getAsString()).isEqualTo("cluster");
        assertThat(seen.get("url").getAsString()).isEqualTo(module.path().toString());
        assertThat(seen.get("serverTypes").toString()).isEqualTo("[\"shared\"]");
        assertThat(listed("shared").get("where").getAsString()).isEqualTo("both");
        assertThat(other.succeed("spawn", "--server-type", "shared", "--compute-type", "shared", "--check-available")
                        .out())
                .contains("shared shared: available");

        ModuleRepository rival = ModuleRepository.at(elsewhere.resolve("shared"))
                .with("raptiformica.json", "{\"raptiformica_api_version\": \"0.1\"}");
        refused(other.run("install", rival.path().toString(), "--yes"), 6, "the cluster has a module shared already");
        other.succeed("install", "--remove", "shared");
        assertThat(listed("shared").get("where").getAsString()).isEqualTo("here");
        program().succeed("install", "--remove", "shared");
    }
}
