package org.raptiformica.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store into a file and back, through SSH and on a node. */
class BackupIT {

    private static final Duration SOON = Duration.ofMinutes(1);

    @TempDir
    Path directory;

    private Topology topology;

    @BeforeEach
    void noMachinesYet() {
        topology = new Topology(directory);
    }

    @AfterEach
    void nothingStays() {
        topology.close();
    }

    @Test
    @DisplayName("a restored store is as it was on all nodes, also on one that came later; no other file does anything")
    void theStoreIsAsItWas() throws IOException {
        Lan lan = topology.lan();
        LanMachine first = topology.machine("first", lan);
        LanMachine later = topology.machine("later", lan);
        LanMachine stranger = topology.machine("stranger", lan);
        first.succeed("slave", first.on(lan));
        first.succeed("config", "set", "it/changed", "as it was");
        first.succeed("config", "set", "it/deleted", "as it was");
        first.run("consul kv put outside/key then");
        first.succeed("backup", "/root/backup");
        Path file = first.root().resolve("root/backup");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .as("mode of the backup")
                .isEqualTo("rw-------");

        first.succeed("slave", later.on(lan));
        later.succeed("config", "set", "it/changed", "otherwise");
        later.succeed("config", "delete", "it/deleted");
        later.succeed("config", "set", "it/added", "since then");
        first.run("consul kv put outside/key now");
        otherFilesAreRefused(first, stranger, file, lan);

        String told = first.succeed("restore", "/root/backup", "--dry-run").out();
        assertThat(told)
                .contains("changed raptiformica/it/changed", "added   raptiformica/it/deleted")
                .contains("removed raptiformica/it/added", "nothing was changed")
                .doesNotContain("neighbours");
        assertThat(value(first, "it/changed")).as("after a dry run").isEqualTo("otherwise");

        first.succeed("restore", "/root/backup", "--yes");
        for (LanMachine node : List.of(first, later)) {
            Eventually.within(
                    SOON,
                    () -> node.name() + " is as it was: " + config(node),
                    () -> value(node, "it/changed").equals("as it was")
                            && value(node, "it/deleted").equals("as it was")
                            && value(node, "it/added").isEmpty());
        }
        assertThat(later.run("consul kv get outside/key"))
                .as("a key that is not ours")
                .isEqualTo("then");
        Reached.all("after a restore", SOON, List.of(first, later));
        later.succeed("config", "set", "it/added", "after it");
        Eventually.within(
                SOON,
                "what is written after it stays",
                () -> value(first, "it/added").equals("after it"));
    }

    private static void otherFilesAreRefused(LanMachine first, LanMachine stranger, Path file, Lan lan)
            throws IOException {
        byte[] whole = Files.readAllBytes(file);
        Files.write(file.resolveSibling("cut"), Arrays.copyOf(whole, whole.length / 2));
        refused(first, "/root/cut", "is cut short");
        stranger.succeed("slave", stranger.on(lan));
        stranger.succeed("backup", "/root/backup");
        Files.copy(stranger.root().resolve("root/backup"), file.resolveSibling("foreign"));
        refused(first, "/root/foreign", "is a backup of the cluster");
    }

    private static void refused(LanMachine node, String file, String why) {
        Run run = node.program("restore", file, "--yes");
        assertThat(run.exitCode()).as(run.told()).isEqualTo(6);
        assertThat(run.err()).contains(why);
        assertThat(value(node, "it/changed")).as("after " + file).isEqualTo("otherwise");
    }

    private static JsonObject config(LanMachine node) {
        String told = node.succeed("config", "get", "it", "--output", "json").out();
        return JsonParser.parseString(told).getAsJsonObject().getAsJsonObject("config");
    }

    private static String value(LanMachine node, String key) {
        JsonObject config = config(node);
        return config.has("raptiformica/" + key)
                ? config.get("raptiformica/" + key).getAsString()
                : "";
    }
}
