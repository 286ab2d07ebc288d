package org.raptiformica.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images of provisioned instances. */
class PackageIT {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path home;

    private Program program() {
        return Program.at(home);
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
    @DisplayName("an image of a provisioned instance has nothing of it, and later instances boot from it")
    void imageForLater() throws IOException {
        ModuleRepository source = ModuleRepository.at(home.resolve("sources/app"))
                .with("deploy.sh", "#!/bin/sh\n[ -e /opt/app ] && exit 0\nsleep 4\necho installed > /opt/app\n");
        ModuleRepository module =
                ModuleRepository.at(home.resolve("sources/module")).with("m.json", """
                        {"raptiformica_api_version": "0.1", "server": {"headless": {"app":
                            {"source": "file://%s", "bootstrap": "./deploy.sh"}}}}""".formatted(source.path()));
        program().succeed("install", module.path().toString(), "--yes");
        JsonObject plain = spawned();

        program().succeed("package");
        assertThat(images()).singleElement().asString().contains("packaged-headless");
        assertThat(Docker.instancesOf(program()))
                .as("the instance that was packaged is gone")
                .hasSize(1);
        hasNothingOfAMachine(images().getFirst());

        JsonObject quick = spawned();
        assertThat(Docker.instancesOf(program()).stream()
                        .map(id -> Docker.run("inspect", "--format", "{{.Config.Image}}", id)))
                .contains(images().getFirst());
        assertThat(quick.get("seconds").getAsDouble())
                .as("seconds from the image; without it " + plain.get("seconds") + " for the same steps")
                .isLessThan(plain.get("seconds").getAsDouble());
        System.out.println("spawn without assimilation: " + plain.get("seconds") + " s from the base image, "
                + quick.get("seconds") + " s from the packaged one");
        program().succeed("spawn", "--count", "2");
        new Cluster(program()).isWhole(2);
    }

    /** One more instance that is provisioned and no more, as the program reports it. */
    private JsonObject spawned() {
        Run run = program().succeed("spawn", "--no-assimilate", "--output", "json");
        return JsonParser.parseString(run.out()).getAsJsonArray().get(0).getAsJsonObject();
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
        for (String gone : List.of("etc/raptiformica", "opt/consul", "root/.raptiformica.d/mutable_config.json")) {
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
