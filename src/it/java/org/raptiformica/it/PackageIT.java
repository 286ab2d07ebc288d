package org.raptiformica.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images of provisioned instances. */
class PackageIT {

    private static final Pattern SECONDS = Pattern.compile("are ready in ([0-9.]+) s instead of ([0-9.]+) s");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path home;

    private Program program() {
        return Program.at(home).withBareInstances();
    }

    @AfterEach
    void destroy() {
        program().succeed("destroy");
        images().forEach(image -> Docker.run("rmi", image));
    }

    /** The images that this client packaged: their names end in the check sum of its cache directory. */
    private List<String> images() {
        String sum = Docker.checksum(program().cache().toString());
        return Docker.run("images", "--format", "{{.Repository}}:{{.Tag}}")
                .lines()
                .filter(image -> image.endsWith("-" + sum))
                .toList();
    }

    @Test
    @DisplayName("an image of a provisioned instance has nothing of it, and later instances boot from it, sooner")
    void imageForLater() throws IOException {
        packagedBefore();
        ModuleRepository source =
                ModuleRepository.at(home.resolve("sources/app")).with("deploy.sh", """
                #!/bin/sh
                [ -e /opt/app ] && exit 0
                %s
                sleep 4
                echo installed > /opt/app
                """.formatted(asIfItHadBeenANode()));
        ModuleRepository module =
                ModuleRepository.at(home.resolve("sources/module")).with("m.json", """
                        {"raptiformica_api_version": "0.1", "server": {"headless": {"app":
                            {"source": "file://%s", "bootstrap": "./deploy.sh"}}}}""".formatted(source.path()));
        program().succeed("install", module.path().toString(), "--yes");

        Matcher told = SECONDS.matcher(program().succeed("package").out());
        assertThat(told.find()).isTrue();
        System.out.println(told.group());
        assertThat(Double.parseDouble(told.group(1)))
                .as("seconds from the image: " + told.group())
                .isLessThan(Double.parseDouble(told.group(2)));
        assertThat(images()).singleElement().asString().contains("packaged-headless");
        assertThat(Docker.instancesOf(program()))
                .as("instances that package left")
                .isEmpty();
        hasNothingOfAMachine(images().getFirst());

        program().succeed("spawn", "--count", "2");
        assertThat(Docker.instancesOf(program()).stream()
                        .map(id -> Docker.run("inspect", "--format", "{{.Config.Image}}", id)))
                .hasSize(2)
                .containsOnly(images().getFirst());
        new Cluster(program()).isWhole(2);
    }

    /** An image that this client packaged earlier: the next one is not to lie upon it. */
    private void packagedBefore() throws IOException {
        String container = Docker.run("create", MachineImage.BARE, "true");
        Path stale = Files.writeString(home.resolve("stale"), "of the image before");
        Docker.run("cp", stale.toString(), container + ":/opt/stale");
        String sum = Docker.checksum(program().cache().toString());
        Docker.run("commit", container, "raptiformica-baseimage:packaged-headless-" + sum);
        Docker.run("rm", container);
    }

    /** A shell command that leaves the cluster's secrets wherever a node has something of its own. */
    private static String asIfItHadBeenANode() {
        return Stream.of(
                        "/etc/raptiformica/yggdrasil.conf",
                        "/etc/raptiformica/node.json",
                        "/etc/cjdroute.conf",
                        "/etc/consul.d/raptiformica.json",
                        "/opt/consul/raft/raft.db",
                        "/opt/consul-aside/1/raft.db",
                        "/run/raptiformica/members.json",
                        "/var/log/raptiformica/agent.log",
                        "/root/.raptiformica.d/outbox.json",
                        "/root/.raptiformica.d/var/machines/x",
                        "/root/.ssh/authorized_keys2",
                        "/tmp/x",
                        "/var/tmp/x")
                .map(file -> "mkdir -p %s; cp /root/.raptiformica.d/mutable_config.json %s"
                        .formatted(file.substring(0, file.lastIndexOf('/')), file))
                .collect(Collectors.joining("\n"));
    }

    private void hasNothingOfAMachine(String image) throws IOException {
        String container = Docker.run("create", image);
        Path files = Files.createDirectories(home.resolve("image"));
        try {
            Docker.run("export", "--output", home.resolve("image.tar").toString(), container);
        } finally {
            Docker.run("rm", container);
        }
        Docker.unpack(home.resolve("image.tar"), files);
        assertThat(files.resolve("opt/app")).hasContent("installed");
        try (Stream<Path> keys = Files.list(files.resolve("etc/ssh"))) {
            assertThat(keys.filter(key -> key.toString().contains("ssh_host_"))).isEmpty();
        }
        assertThat(files.resolve("root/.ssh")).isEmptyDirectory();
        assertThat(files.resolve("etc/machine-id")).isEmptyFile();
        for (String gone : List.of(
                "opt/stale",
                "etc/raptiformica",
                "opt/consul",
                "opt/consul-aside",
                "root/.raptiformica.d/mutable_config.json")) {
            assertThat(files.resolve(gone)).doesNotExist();
        }
        for (String secret : secrets()) {
            assertThat(Docker.filesWith(secret, files))
                    .as("files of the image with " + secret)
                    .isEmpty();
        }
        Docker.remove(files);
        assertThat(Docker.run("inspect", "--format", "{{json .Config}}", image))
                .doesNotContain(program().cache().toString());
    }

    /** What nobody is to find in the image: the cluster's secrets, the client's key, the client's own places. */
    private List<String> secrets() throws IOException {
        JsonObject config = JsonParser.parseString(
                        Files.readString(program().cache().resolve("mutable_config.json")))
                .getAsJsonObject();
        String key = Files.readString(program().cache().resolve("ssh/id_ed25519.pub"))
                .split(" ", -1)[1];
        return Stream.concat(
                        config.entrySet().stream()
                                .filter(entry -> entry.getKey().endsWith("/password"))
                                .map(entry -> entry.getValue().getAsString()),
                        Stream.of(key))
                .toList();
    }
}
