package org.raptiformica.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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

    private static final Duration SOON = Duration.ofSeconds(40);

    private Path home = Path.of("");

    private List<String> containers = List.of();

    private Program program() {
        return Program.at(home);
    }

    @BeforeAll
    void aClusterOfThree(@TempDir Path directory) {
        home = directory;
        program().succeed("spawn", "--count", "3");
        containers = Docker.instancesOf(program());
        assertThat(containers).hasSize(3);
    }

    @AfterAll
    void destroy() {
        program().succeed("destroy");
    }

    private static String on(String container, String script) {
        return Docker.run("exec", container, "sh", "-c", script);
    }

    private void onEach(String what, String script) {
        for (String container : containers) {
            Eventually.within(
                    SOON,
                    what + " on " + container,
                    () -> on(container, script + " && echo yes || true").endsWith("yes"));
        }
    }

    private void onNone(String what, String script) {
        onEach("no " + what, "! { " + script + "; }");
    }

    private ModuleRepository module(String name, String json) {
        return ModuleRepository.at(home.resolve("sources").resolve(name)).with("raptiformica.json", json);
    }

    private void install(ModuleRepository module) {
        program().succeed("install", module.path().toString(), "--yes");
    }

    private JsonObject listed(String name) {
        return Cluster.objects(program().succeed("modules", "--output", "json").out()).stream()
                .filter(module -> module.get("module").getAsString().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private void refused(Run run, int exitCode, String... parts) {
        assertThat(run.exitCode()).as(run.told()).isEqualTo(exitCode);
        assertThat(run.err()).as(run.told()).contains(parts).doesNotContain("Exception");
    }

    @Test
    @DisplayName("handlers that call their module's own files fire on every node, also on one that was down meanwhile")
    void hooksFireEverywhere() {
        ModuleRepository module = module("hooked", """
                {"raptiformica_api_version": "0.1", "platform": {"default": {"hooks": {"cluster_change": {"hooked": {
                    "predicate": "test -d ~",
                    "command": "~/.raptiformica.d/modules/hooked/bin/handler $PWD"}}}}}}""")
                .with(
                        "bin/handler",
                        "#!/bin/sh\ncat >> /root/hooked\necho $1 $RAPTIFORMICA_CACHE_DIR >> /root/hooked.where\n");
        Docker.run("stop", "--time", "2", containers.getLast());
        install(module);
        Docker.run("start", containers.getLast());
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
    @DisplayName("a server type of its own and one merged with headless; sources that only the client can reach")
    void serverTypes() {
        ModuleRepository source = ModuleRepository.at(home.resolve("sources/puppetfiles"))
                .with("bootstrap.sh", "#!/bin/sh\necho \"$1\" >> /root/bootstrapped\nread line\nexit 0\n");
        String entry = "{\"source\": \"file://" + source.path() + "\", \"bootstrap\": \"./bootstrap.sh %s\"}";
        install(module("servers", """
                {"raptiformica_api_version": "0.1"}""")
                .with("headless/headless.json", """
                {"raptiformica_api_version": "0.1", "server": {"headless": {"puppetfiles": %s}}}""".formatted(entry.formatted("headless")))
                .with("workstation/workstation.json", """
                {"raptiformica_api_version": "0.1", "server": {"workstation": {"puppetfiles": %s,
                    "raptiformica_default_provisioner": {"source": "file:///usr/etc/raptiformica",
                        "bootstrap": "cd $HOME; export PYTHONPATH=/usr/etc/raptiformica_default_provisioner; \
                /usr/etc/raptiformica_default_provisioner/modules/server/deploy.py && pwd > /root/default_provisioner"}}}}""".replace("\\\n", "")
                        .formatted(entry.formatted("workstation"))));
        assertThat(listed("servers").get("serverTypes").toString()).isEqualTo("[\"headless\",\"workstation\"]");

        Run update = program().succeed("update", "--verbose");
        assertThat(update.err()).as("both entries of headless").contains("provision headless");
        onEach("the bootstrap of headless", "grep -qx headless /root/bootstrapped");

        program().succeed("update", "--server-type", "workstation");
        onEach("the bootstrap of workstation", "grep -qx workstation /root/bootstrapped");
        onEach("what raptiformica needs itself", "grep -qx /root /root/default_provisioner");
        program().succeed("install", "--remove", "servers");
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
    @DisplayName("the names that scripts of 0.1 call")
    void oldNames() {
        String go = "cd /usr/etc/raptiformica && PYTHONPATH=$PWD ./bin/raptiformica_";
        assertThat(on(containers.getFirst(), go + "members.py --rejoin")).contains("alive");
        assertThat(on(containers.getFirst(), go + "hook.py after_slave --output json"))
                .contains("notify_slave_instance");
        on(containers.getFirst(), go + "prune.py");
        assertThat(on(containers.getFirst(), go + "spawn.py --help")).contains("--compute-type");
        on(containers.getFirst(), "/usr/etc/raptiformica/modules/server/deploy.py");
    }

    @Test
    @DisplayName("one node speaks for all in the module notifications, which comes with the program")
    void notifications() {
        program().succeed("install", "notifications");
        onEach("the module's files", "test -x /root/.raptiformica.d/modules/notifications/tell");
        long speakers = containers.stream()
                .map(container -> on(container, "~/.raptiformica.d/modules/notifications/speaks && echo yes || true"))
                .filter("yes"::equals)
                .count();
        assertThat(speakers).as("nodes that speak").isEqualTo(1);
        program().succeed("install", "--remove", "notifications");
        assertThat(JsonParser.parseString(
                                program().succeed("modules", "-o", "json").out())
                        .toString())
                .doesNotContain("notifications/tell");
    }
}
