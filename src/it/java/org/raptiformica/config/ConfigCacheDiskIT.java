package org.raptiformica.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.raptiformica.failure.StepFailed;

/** On a file system of 64 KiB, or one that became read-only; mounting it takes root. */
class ConfigCacheDiskIT {

    private static final Mapping WHOLE = Mapping.of(Map.of(
            "raptiformica/server/headless/consul/bootstrap", "true",
            "raptiformica/compute/docker/headless/source", "file:///x",
            "raptiformica/platform/default/available", "true"));

    @TempDir
    Path home;

    private Path disk;

    @BeforeEach
    void mountASmallDisk() throws Exception {
        disk = Files.createDirectory(home.resolve("disk"));
        run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk.toString());
    }

    @AfterEach
    void unmountIt() throws Exception {
        run("umount", disk.toString());
    }

    @Test
    void fullDiskIsToldAndTheOldFileSurvives() throws Exception {
        ConfigCache cache = new ConfigCache(new CacheDirectory(disk.resolve("cache")));
        cache.update(none -> WHOLE);

        assertThatThrownBy(() -> cache.update(mapping -> mapping.with("raptiformica/large", "x".repeat(100_000))))
                .isInstanceOf(StepFailed.class)
                .hasMessageContaining("cannot be written: No space left on device");

        assertThat(cache.read()).contains(WHOLE);
        assertThat(disk.resolve("cache/mutable_config.json.new")).doesNotExist();
    }

    @Test
    void readOnlyDiskIsTold() throws Exception {
        ConfigCache cache = new ConfigCache(new CacheDirectory(disk.resolve("cache")));
        cache.update(none -> WHOLE);
        run("mount", "-o", "remount,ro", disk.toString());

        assertThatThrownBy(() -> cache.update(mapping -> mapping.with("raptiformica/x", "1")))
                .isInstanceOf(StepFailed.class)
                .hasMessageContaining("Read-only file system");
        assertThat(cache.read()).contains(WHOLE);
    }

    private static void run(String... words) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder(words).inheritIO().start().waitFor())
                .as(String.join(" ", words))
                .isZero();
    }
}
