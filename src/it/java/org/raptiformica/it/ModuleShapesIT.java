package org.raptiformica.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The modules that there are for 0.1, one of each shape, written anew and installed unchanged on a running cluster. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ModuleShapesIT {

    private static final String PROVISIONER = """
            {"source": "file:///usr/etc/raptiformica", "bootstrap": "cd $HOME; export \
            PYTHONPATH=/usr/etc/raptiformica_default_provisioner; \
            /usr/etc/raptiformica_default_provisioner/modules/server/deploy.py"}""";

    private static final Path EXAMPLES = Path.of("docs/examples").toAbsolutePath();

    @SuppressWarnings("NullAway.Init")
    private ThreeNodes cluster;

    private Path sources = Path.of("");

    @BeforeAll
    void aClusterOfThree(@TempDir Path directory) {
        sources = directory.resolve("sources");
        cluster = new ThreeNodes(directory);
    }

    @AfterAll
    void destroy() {
        cluster.close();
    }

    private void onEachKey(String key, String value) {
        cluster.onEach(key, "[ \"$(consul kv get raptiformica/" + key + ")\" = \"" + value + "\" ]");
    }

    private Run refused(int exitCode, String... arguments) {
        Run run = cluster.program().run(arguments);
        assertThat(run.exitCode()).as(run.told()).isEqualTo(exitCode);
        return run;
    }

    private ModuleRepository source(String name, String bootstrap) {
        return ModuleRepository.at(sources.resolve(name)).with("deploy.sh", "#!/bin/sh\n" + bootstrap + "\n");
    }

    @Test
    @DisplayName("a compute type for 32-bit Docker hosts, offered on i386 to i686 only")
    void docker32bit() {
        cluster.install(cluster.module("docker_32bit", """
                {"raptiformica_api_version": "0.1", "compute": {"docker_32bit": {"headless": {
                    "available": "uname -m | grep -q 'i[3-6]86'",
                    "source": "https://example.org/nobody/docker_32bit",
                    "start_instance": "./run.sh", "get_hostname": "./address.sh", "get_port": "echo 22",
                    "detect_stale_instance": "./alive.sh", "clean_up_instance_command": "./remove.sh"}}}}"""));
        onEachKey("compute/docker_32bit/headless/get_port", "echo 22");
        assertThat(refused(3, "spawn", "--compute-type", "docker_32bit", "--check-available")
                        .err())
                .contains("docker_32bit", "not available");
        assertThat(cluster.program().succeed("spawn", "--check-available").out())
                .contains("docker headless");
        cluster.remove("docker_32bit");
        cluster.onNone("the type", "consul kv get -keys raptiformica/compute/ | grep -q docker_32bit");
    }

    @Test
    @DisplayName(
            "an instance at a forwarded port of 127.0.0.1 is a node, and its module's five hooks fire where they should")
    void forwardedPortAndFiveHooks() {
        cluster.install(fiveHooks());
        ModuleRepository instance =
                ModuleRepository.at(sources.resolve("instance")).with("start", """
                        #!/bin/sh
                        set -eu
                        docker create --init --publish 127.0.0.1::22 --cap-add NET_ADMIN --cap-add NET_RAW \\
                            --device /dev/net/tun --sysctl net.ipv6.conf.all.disable_ipv6=0 \\
                            --label org.raptiformica.cache="$RAPTIFORMICA_CACHE_DIR" raptiformica-baseimage > container
                        docker cp "$RAPTIFORMICA_AUTHORIZED_KEYS" "$(cat container):/root/.ssh/authorized_keys"
                        docker start "$(cat container)"
                        """);
        cluster.install(cluster.module("vagrant-android", """
                {"raptiformica_api_version": "0.1", "compute": {"vagrant-android": {"headless": {
                    "available": "command -v docker",
                    "source": "file://%s",
                    "start_instance": "./start",
                    "get_hostname": "echo 'warning: this box is old'; echo; echo 127.0.0.1",
                    "get_port": "docker port $(cat container) 22/tcp | sed 's/.*://'",
                    "detect_stale_instance": "docker inspect -f '{{.State.Running}}' $(cat container) | grep -qx true",
                    "clean_up_instance_command": "docker rm --force --volumes $(cat container)"}}}}""".formatted(instance.path())));
        Run spawn = cluster.program().succeed("spawn", "--compute-type", "vagrant-android");
        assertThat(spawn.out()).contains("127.0.0.1:", "/var/machines/vagrant-android/headless/");
        new Cluster(cluster.program()).isWhole(4);

        Path told = cluster.program().home().resolve("five");
        for (String hook : List.of("after_start_instance", "after_slave", "after_assimilate")) {
            assertThat(told).content().as("hooks on the client").contains(hook + " {\"");
        }
        assertThat(told).content().as("hooks on the client").doesNotContain("after_mesh", "cluster_change");
        String booted = Docker.instancesOf(cluster.program()).stream()
                .filter(id -> !cluster.containers().contains(id))
                .findFirst()
                .orElseThrow();
        Eventually.within(
                ThreeNodes.SOON,
                "after_mesh on the new node",
                () -> ThreeNodes.holds(booted, "grep -q '^after_mesh ' /root/five"));
        cluster.onEach("cluster_change with who came", "grep -q '^cluster_change .*\"status\":\"alive\"' /root/five");
        cluster.onNone("hook of the client", "grep -qE '^after_(slave|assimilate|start)' /root/five");

        Docker.run("rm", "--force", "--volumes", booted);
        assertThat(cluster.program().succeed("prune").out()).contains("127.0.0.1");
        cluster.remove("vagrant-android");
        cluster.remove("five");
    }

    private ModuleRepository fiveHooks() {
        StringBuilder hooks = new StringBuilder();
        for (String hook :
                List.of("after_start_instance", "after_slave", "after_assimilate", "after_mesh", "cluster_change")) {
            hooks.append(hooks.isEmpty() ? "" : ",").append("""
                    "%1$s": {"five": {"predicate": "test -x ~/.raptiformica.d/modules/five/hooks/tell",
                        "command": "~/.raptiformica.d/modules/five/hooks/tell %1$s"}}""".formatted(hook));
        }
        return cluster.module("five", """
                {"raptiformica_api_version": "0.1", "platform": {"default": {"hooks": {%s}}}}""".formatted(hooks))
                .with("hooks/tell", "#!/bin/sh\nprintf '%s ' \"$1\" >> ~/five\ncat >> ~/five\n");
    }

    @Test
    @DisplayName("headless merged with the built-in one, workstation and htpc with the default provisioner")
    void serverTypes() {
        ModuleRepository puppet = source("puppetfiles", "echo \"$1\" >> /root/bootstrapped\nread line\nexit 0");
        String entry = "{\"source\": \"file://" + puppet.path() + "\", \"bootstrap\": \"./deploy.sh %s\"}";
        for (String type : List.of("workstation", "htpc")) {
            cluster.install(cluster.module(type, """
                    {"raptiformica_api_version": "0.1", "server": {"%s": {"puppetfiles": %s,
                        "raptiformica_default_provisioner": %s}}}""".formatted(type, entry.formatted(type), PROVISIONER)));
        }
        cluster.install(cluster.module("headless", """
                {"raptiformica_api_version": "0.1", "server": {"headless": {"puppetfiles": %s}}}""".formatted(entry.formatted("headless"))));

        assertThat(cluster.program().succeed("update", "--verbose").err()).contains("provision headless");
        cluster.onEach("the bootstrap of headless", "grep -qx headless /root/bootstrapped");
        for (String type : List.of("workstation", "htpc")) {
            cluster.program().succeed("update", "--server-type", type);
            cluster.onEach("the bootstrap of " + type, "grep -qx " + type + " /root/bootstrapped");
            cluster.onEach(
                    "the provisioner",
                    "[ $(readlink /usr/etc/raptiformica_default_provisioner) = /usr/etc/raptiformica ]");
        }
        cluster.program().succeed("update", "--server-type", "headless");
        List.of("workstation", "htpc", "headless").forEach(cluster::remove);
    }

    @Test
    @DisplayName("nested module files, several server types, one compute entry under six names")
    void nested() {
        ModuleRepository module = cluster.module("nested", "{\n\t\"raptiformica_api_version\": \"0.1\"\n}")
                .with("data/list.json", "[\"no module file\"]");
        StringBuilder computes = new StringBuilder();
        for (int number = 1; number <= 6; number++) {
            module.with("server/s" + number + "/type.json", """
                    {"raptiformica_api_version": "0.1", "server": {"s%d": {"app": {"bootstrap": "true"}}}}""".formatted(number));
            computes.append(number == 1 ? "" : ",").append("\"s").append(number).append("""
                    ": {"source": "file:///nowhere", "start_instance": "true", "get_hostname": "echo 192.0.2.1",
                        "get_port": "echo 22"}""");
        }
        module.with("compute/deep/er/cloud.json", """
                {"raptiformica_api_version": "0.1", "compute": {"cloud": {%s}}}""".formatted(computes));
        cluster.install(module);
        JsonObject listed = cluster.listed("nested");
        assertThat(listed.get("serverTypes").getAsJsonArray()).hasSize(6);
        assertThat(listed.get("computeTypes").toString()).isEqualTo("[\"cloud\"]");
        for (int number = 1; number <= 6; number++) {
            onEachKey("compute/cloud/s" + number + "/get_hostname", "echo 192.0.2.1");
            onEachKey("server/s" + number + "/app/bootstrap", "true");
            assertThat(cluster.program()
                            .succeed(
                                    "spawn",
                                    "--compute-type",
                                    "cloud",
                                    "--server-type",
                                    "s" + number,
                                    "--check-available")
                            .out())
                    .contains("cloud s" + number);
        }
        assertThat(refused(8, "package", "--compute-type", "cloud", "--server-type", "s1")
                        .err())
                .contains("No packaging command specified for server type s1 of compute type cloud");
        cluster.remove("nested");
        cluster.onNone("types", "consul kv get -keys raptiformica/compute/ | grep -q cloud");
    }

    @Test
    @DisplayName("the examples of the documentation: a server type and a compute type, from sources on this machine")
    void examples() throws IOException {
        ModuleRepository website = source("website", "touch /root/website");
        ModuleRepository box = ModuleRepository.at(sources.resolve("box"));
        try (Stream<Path> files = Files.list(EXAMPLES.resolve("compute"))) {
            for (Path file : files.toList()) {
                box.with(String.valueOf(file.getFileName()), from(file, "https://github.com/example/box", box));
            }
        }
        cluster.install(box);
        cluster.install(cluster.module(
                "web", from(EXAMPLES.resolve("server/web.json"), "https://github.com/example/website", website)));

        String node = new Cluster(cluster.program()).names().getFirst();
        cluster.program().succeed("update", node, "--server-type", "web");
        assertThat(cluster.program().succeed("ssh", node, "ls", "/root").out()).contains("website");
        cluster.program().succeed("update", node, "--server-type", "headless");

        Run spawned =
                cluster.program().succeed("spawn", "--compute-type", "box", "--no-assimilate", "--output", "json");
        String checkout =
                Cluster.objects(spawned.out()).getFirst().get("checkout").getAsString();
        String name = "box-" + checkout.substring(checkout.lastIndexOf('/') + 1);
        assertThat(Docker.run("exec", name, "readlink", "/usr/etc/raptiformica"))
                .isNotEmpty();
        Docker.run("rm", "--force", name);
        assertThat(cluster.program().succeed("prune").told()).contains(name.substring("box-".length(), 12));
        assertThat(Path.of(checkout)).doesNotExist();
        List.of("web", "box").forEach(cluster::remove);
    }

    private static String from(Path example, String source, ModuleRepository here) throws IOException {
        String text = Files.readString(example);
        if (example.toString().endsWith(".json")) {
            assertThat(text).contains(source);
        }
        return text.replace(source, "file://" + here.path());
    }

    @Test
    @DisplayName("the map: a server entry with a bootstrap of its own and a handler of cluster_change")
    void map() {
        ModuleRepository map = source("raptiformica-map", "mkdir -p /root/map && date > /root/map/deployed")
                .with("update.sh", "#!/bin/sh\necho updated >> /root/map/updates\n");
        cluster.install(
                cluster.module("raptiformica_map", """
                {"raptiformica_api_version": "0.1",
                 "server": {"headless": {"raptiformica_map": {"source": "%s", "bootstrap": "./deploy.sh"}}},
                 "platform": {"default": {"hooks": {"cluster_change": {"update_map": {
                    "predicate": "test -d /usr/etc/raptiformica_map",
                    "command": "cd /usr/etc/raptiformica_map && ./update.sh"}}}}}}""".formatted(map.path().toUri())));
        cluster.program().succeed("update");
        cluster.onEach("the bootstrap", "test -s /root/map/deployed");
        ThreeNodes.on(cluster.containers().getFirst(), "consul event -name=notify_cluster_change");
        cluster.onEach("the handler", "grep -qx updated /root/map/updates");
        cluster.remove("raptiformica_map");
    }

    @Test
    @DisplayName("the programs of 0.1 that modules call, with PYTHONPATH as they set it")
    void oldPrograms() {
        String node = cluster.containers().getFirst();
        String go = "cd /usr/etc/raptiformica && PYTHONPATH=/usr/etc/raptiformica ./";
        assertThat(ThreeNodes.on(node, go + "bin/raptiformica_members.py --rejoin")
                        .lines()
                        .filter(line -> line.contains("alive")))
                .hasSizeGreaterThanOrEqualTo(3);
        assertThat(ThreeNodes.on(node, go + "bin/raptiformica_hook.py after_slave"))
                .contains("notify_slave_instance");
        ThreeNodes.on(node, go + "bin/raptiformica_prune.py --verbose");
        assertThat(ThreeNodes.on(node, go + "bin/raptiformica_spawn.py --help"))
                .contains("--compute-type", "--check-available");
        ThreeNodes.on(node, go + "modules/server/deploy.py");
    }
}
