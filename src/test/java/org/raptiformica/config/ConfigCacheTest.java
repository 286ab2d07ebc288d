package org.raptiformica.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.raptiformica.failure.BadData;
import org.raptiformica.failure.Failure;

class ConfigCacheTest {

    static final Mapping WHOLE = Mapping.of(Map.of(
            "raptiformica/server/headless/consul/bootstrap", "true",
            "raptiformica/compute/docker/headless/source", "file:///x",
            "raptiformica/platform/default/available", "true"));

    @TempDir
    Path home;

    private CacheDirectory directory;
    private ConfigCache cache;

    @BeforeEach
    void cacheInADirectoryThatIsNotThereYet() {
        directory = new CacheDirectory(home.resolve("cache"));
        cache = new ConfigCache(directory);
    }

    @Test
    void whereThereIsNoFileThereIsNoMapping() {
        assertThat(cache.read()).isEmpty();
        assertThat(directory.root()).doesNotExist();
    }

    @Test
    void readsWhatWasWritten() {
        Mapping written = cache.update(none -> WHOLE.with("raptiformica/x", "ünï \"<>' \n\u2028"));

        assertThat(new ConfigCache(directory).read()).contains(written);
    }

    @Test
    void fileIsForItsOwnerOnlyAndNoOtherIsLeftButTheLock() throws IOException {
        cache.update(none -> WHOLE);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.mutableConfig())))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.root())))
                .isEqualTo("rwx------");
        assertThat(names()).containsExactlyInAnyOrder("mutable_config.json", "mutable_config.json.lock");
    }

    @Test
    void whatAKilledWriterLeftBehindIsReplaced() throws IOException {
        Files.createDirectories(directory.root());
        Files.writeString(directory.root().resolve("mutable_config.json.new"), "{\"half");

        cache.update(none -> WHOLE);

        assertThat(cache.read()).contains(WHOLE);
        assertThat(names()).doesNotContain("mutable_config.json.new");
    }

    @Test
    void changeThatIsNotWholeLeavesTheFileAlone() {
        cache.update(none -> WHOLE);

        assertThatThrownBy(() -> cache.update(mapping -> mapping.withoutBelow(Keys.PLATFORM)))
                .isInstanceOf(BadData.class)
                .hasMessageContaining("nothing below raptiformica/platform");
        assertThat(cache.read()).contains(WHOLE);
    }

    @Test
    void changeThatFailsLeavesTheFileAlone() {
        cache.update(none -> WHOLE);

        assertThatThrownBy(() -> cache.update(mapping -> {
                    throw new IllegalStateException("no");
                }))
                .hasMessage("no");
        assertThat(cache.update(mapping -> mapping.with("raptiformica/x", "1")).get("raptiformica/x"))
                .contains("1");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            an empty file          | ``                                | is cut short: the end of the text in the middle at line 1, column 1 ($)
            a truncated file       | {"raptiformica/a": "secr          | is cut short: the end of the text in the middle at line 1, column 25 ($.raptiformica/a)
            a text                 | hello                             | is no JSON: something that is no JSON at line 1, column 1 ($)
            a comment              | {"raptiformica/a": "b" // c       | is no JSON: a comment at line 1
            a trailing comma       | {"raptiformica/a": "b", }         | is no JSON: a trailing comma at line 1, column 26
            two values             | {} {}                             | is no JSON: something that is no JSON at line 1, column 5
            a list                 | ["a"]                             | found a list at $, expected an object
            a nested object        | {"raptiformica/a": {"b": "c"}}    | is not flat: found an object at $["raptiformica/a"], expected a string
            a null                 | {"raptiformica/a": null}          | is not flat: found null at $["raptiformica/a"]
            another tree           | {"server": "x"}                   | the key $.server does not begin with raptiformica/
            a mapping with gaps    | {"raptiformica/server/a": "b"}    | nothing below raptiformica/compute, raptiformica/platform is there
            """)
    void corruptFileIsNamedWithPlaceAndRemedy(String what, String content, String message) throws IOException {
        Files.createDirectories(directory.root());
        Files.writeString(directory.mutableConfig(), content);

        assertThatThrownBy(cache::read).isInstanceOfSatisfying(BadData.class, fault -> {
            assertThat(fault.where()).isEqualTo(directory.mutableConfig().toString());
            assertThat(fault.what()).startsWith(message).doesNotContain("secr");
            assertThat(fault.remedy()).contains("Move it away", "have a copy");
        });
        assertThatThrownBy(() -> cache.update(mapping -> WHOLE)).isInstanceOf(BadData.class);
        assertThat(directory.mutableConfig()).hasContent(content);
    }

    @Test
    void directoryThatCannotBeMadeIsTold() throws IOException {
        Path file = Files.writeString(home.resolve("file"), "");

        assertThatThrownBy(() -> new ConfigCache(new CacheDirectory(file.resolve("cache"))).update(none -> WHOLE))
                .isInstanceOfSatisfying(
                        Failure.class, fault -> assertThat(fault.where()).startsWith(file.toString()));
    }

    @Test
    void deletingRemovesACorruptFileToo() throws IOException {
        Files.createDirectories(directory.root());
        Files.writeString(directory.mutableConfig(), "{");

        cache.delete();

        assertThat(cache.read()).isEmpty();
    }

    @Test
    void usingTheCacheWhileChangingItIsADefectThatIsTold() {
        assertThatThrownBy(() -> cache.update(mapping -> cache.update(inner -> WHOLE)))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void manyThreadsAndProcessesLoseNoChangeAndSeeNoHalfFile() throws Exception {
        cache.update(none -> WHOLE.with(CountingProcess.KEY, "0"));
        List<Process> processes = new ArrayList<>();
        for (int number = 0; number < 3; number++) {
            processes.add(CountingProcess.start(directory, 25));
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> counting = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                counting.add(threads.submit(() -> CountingProcess.count(new ConfigCache(directory), 25)));
            }
            while (!counting.stream().allMatch(Future::isDone)) {
                assertThat(cache.read()).isPresent();
            }
            for (Future<?> count : counting) {
                count.get();
            }
        }
        for (Process process : processes) {
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue())
                    .as(() -> "exit code of a counting process")
                    .isZero();
        }
        assertThat(cache.read().orElseThrow().get(CountingProcess.KEY)).contains("175");
    }

    private List<String> names() throws IOException {
        try (var files = Files.list(directory.root())) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
