package org.raptiformica.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.raptiformica.consul.Operation;
import org.raptiformica.consul.Transaction;

class ModulesTest {

    @TempDir
    Path home;

    @Test
    void everyModuleFileAtAnyDepthIsFlattened() throws IOException {
        write("builtin/server/headless.json", """
                {"raptiformica_api_version": "0.1", "server": {"headless": {"consul": {"bootstrap": "true"}}}}""");
        write("builtin/a/b/c/compute.json", """
                \t{\t"raptiformica_api_version":\r\n "0.1",
                \t "compute": {"docker": {"headless": {"source": "s", "available": "docker -v"}}}}""");

        assertThat(load("builtin").mapping().asMap())
                .containsOnlyKeys(
                        "raptiformica/raptiformica_api_version",
                        "raptiformica/server/headless/consul/bootstrap",
                        "raptiformica/compute/docker/headless/source",
                        "raptiformica/compute/docker/headless/available");
    }

    @Test
    void laterDirectoryWinsKeyByKeyAndTheRestIsMerged() throws IOException {
        write("builtin/zzz/s.json", server("consul", "old"));
        write("user/aaa/s.json", server("consul", "new"));
        write("user/bbb/s.json", server("extra", "more"));

        Mapping mapping = load("builtin", "user").mapping();

        assertThat(mapping.get("raptiformica/server/headless/consul/bootstrap")).contains("new");
        assertThat(mapping.get("raptiformica/server/headless/extra/bootstrap")).contains("more");
    }

    @Test
    void inOneDirectoryTheOrderIsThatOfTheNames() throws IOException {
        write("user/b/s.json", server("consul", "b"));
        write("user/a/z.json", server("consul", "a/z"));
        write("user/a/y.json", server("consul", "a/y"));

        LoadedModules loaded = load("user");

        assertThat(loaded.modules()).extracting(LoadedModule::name).containsExactly("a", "b");
        assertThat(loaded.modules().getFirst().mapping().get("raptiformica/server/headless/consul/bootstrap"))
                .contains("a/z");
        assertThat(loaded.mapping().get("raptiformica/server/headless/consul/bootstrap"))
                .contains("b");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"name": "somebody's package.json"}
            ["raptiformica_api_version"]
            {"deeper": {"raptiformica_api_version": "0.1"}}
            { /* JSON with comments, of another program */ }
            no JSON at all
            ``
            """)
    void otherJsonIsSkippedSilently(String content) throws IOException {
        write("user/a/other.json", content);

        LoadedModules loaded = load("user");

        assertThat(loaded.mapping()).isEqualTo(Mapping.empty());
        assertThat(loaded.problems()).isEmpty();
        assertThat(loaded.modules().getFirst().skipped()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "server": {"t": {"n": {"bootstrap": "x",}}}   | found a trailing comma at line 1
            "server": {} // why                            | found a comment at line 1
            "server": {                                    | found the end of the text in the middle at line 1
            "x": NaN                                       | found something that is no JSON at line 1
            "x": 'y'                                       | found something that is no JSON at line 1
            """)
    void brokenModuleFileIsNamedAndAllOthersAreLoaded(String content, String problem) throws IOException {
        Path broken = write(
                "user/a/broken.json",
                "{\"raptiformica_api_version\": \"0.1\", " + content + (content.endsWith("{") ? "" : "}"));
        write("user/a/fine.json", server("consul", "fine"));

        LoadedModules loaded = load("user");

        assertThat(loaded.problems())
                .singleElement()
                .extracting(ModuleProblem::message)
                .asString()
                .startsWith(broken + ": " + problem)
                .endsWith("expected strict JSON in UTF-8");
        assertThat(loaded.mapping().get("raptiformica/server/headless/consul/bootstrap"))
                .contains("fine");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "server": ["headless"]                              | found a list at $.server, expected an object
            "server": "headless"                                | found a string at $.server, expected an object
            "server": {"t": "x"}                                | found a string at $.server.t, expected an object
            "server": {"t": {"n": "x"}}                         | found a string at $.server.t.n, expected an object
            "server": {"t": {"n": {"bootstrap": ["a", "b"]}}}   | found a list at $.server.t.n.bootstrap, expected a string
            "server": {"t": {"n": {"bootstrap": {"a": "b"}}}}   | found an object at $.server.t.n.bootstrap, expected a string
            "compute": {"t": {"s": {"source": null}}}           | found null at $.compute.t.s.source, expected a string
            "platform": {"default": {"hooks": {"h": {"x": "y"}}}} | found a string at $.platform.default.hooks.h.x, expected an object
            "artifact": {"consul": "1.8"}                       | found a string at $.artifact.consul, expected an object
            "x": [1]                                            | found a list at $.x, expected a string or an object
            "server": {"a/b": {"n": {"bootstrap": "x"}}}        | found a name that cannot be part of a key at $.server["a/b"], expected a name without /, control characters, . or ..
            "server": {"t": {"..": {"bootstrap": "x"}}}         | found a name that cannot be part of a key at $.server.t[".."], expected a name without /, control characters, . or ..
            "server": {"t": {"a\\u0000": {"bootstrap": "x"}}}   | found a name that cannot be part of a key at $.server.t["a\\u0000"], expected a name without /, control characters, . or ..
            "server": {"t": {"n": {"bootstrap": "a\\u0000b"}}}  | found a string with a NUL in it at $.server.t.n.bootstrap, expected a string that can be a command
            """)
    void wrongShapeIsNamedWithItsPathAndTheRestOfTheFileIsLoaded(String content, String problem) throws IOException {
        Path file = write("user/a/m.json", """
                {"raptiformica_api_version": "0.1", "fine": "yes", %s}""".formatted(content));

        LoadedModules loaded = load("user");

        assertThat(loaded.problems()).extracting(ModuleProblem::message).containsExactly(file + ": " + problem);
        assertThat(loaded.mapping().asMap())
                .containsOnlyKeys("raptiformica/raptiformica_api_version", "raptiformica/fine");
    }

    @Test
    void numbersAndBooleansCountAsTheirText() throws IOException {
        write("user/a/m.json", """
                {"raptiformica_api_version": 0.10, "a": 1e3, "b": -0, "c": true, "d": 12345678901234567890}""");

        Mapping mapping = load("user").mapping();

        assertThat(mapping.asMap().values()).containsExactly("1e3", "-0", "true", "12345678901234567890", "0.10");
    }

    @Test
    void sameNameTwiceCountsTheLastTimeAndIsTold() throws IOException {
        write("user/a/m.json", """
                {"raptiformica_api_version": "0.1",
                 "x": {"old": "1"}, "x": {"new": "2"}}""");

        LoadedModules loaded = load("user");

        assertThat(loaded.problems())
                .singleElement()
                .extracting(ModuleProblem::at)
                .isEqualTo("$.x");
        assertThat(loaded.mapping().below("raptiformica/x").asMap()).containsOnlyKeys("raptiformica/x/new");
    }

    @Test
    void availableMayStandOnAnyLevelBelowAType() throws IOException {
        write("user/a/m.json", """
                {"raptiformica_api_version": "0.1",
                 "compute": {"docker": {"available": "a", "headless": {"available": "b"}}},
                 "platform": {"default": {"available": "c"}}}""");

        assertThat(load("user").problems()).isEmpty();
    }

    @Test
    void byteOrderMarkIsNoHarmAndOtherEncodingsAreTold() throws IOException {
        write("user/a/bom.json", "\ufeff" + server("consul", "x"));
        Path latin = write("user/a/latin.json", "");
        Files.write(latin, server("consul", "\u00fc").getBytes(StandardCharsets.ISO_8859_1));

        LoadedModules loaded = load("user");

        assertThat(loaded.mapping().get("raptiformica/server/headless/consul/bootstrap"))
                .contains("x");
        assertThat(loaded.problems())
                .extracting(ModuleProblem::message)
                .containsExactly(latin + ": found bytes that are no UTF-8, expected strict JSON in UTF-8");
    }

    @Test
    void nestingDeeperThanAnyoneNeedsIsTold() throws IOException {
        write(
                "user/a/deep.json",
                "{\"raptiformica_api_version\": \"0.1\", \"x\": " + "{\"a\":".repeat(100_000) + "1"
                        + "}".repeat(100_000) + "}");

        assertThat(load("user").problems())
                .singleElement()
                .extracting(ModuleProblem::found)
                .asString()
                .contains("nesting limit 255 reached");
    }

    @Test
    void valueLargerThanTheStoreKeepsIsTold() throws IOException {
        write("user/a/m.json", "{\"raptiformica_api_version\": \"0.1\", \"x\": \"" + "y".repeat(600_000) + "\"}");

        assertThat(load("user").problems()).extracting(ModuleProblem::at).containsExactly("$.x");
    }

    @Test
    void linksInCirclesAndToNowhereEndAndLinkedModulesAreLoaded() throws IOException {
        write("elsewhere/m.json", server("consul", "linked"));
        Files.createDirectories(home.resolve("user/a"));
        Files.createSymbolicLink(home.resolve("user/a/up"), home.resolve("user"));
        Files.createSymbolicLink(home.resolve("user/a/self.json"), Path.of("self.json"));
        Files.createSymbolicLink(home.resolve("user/back"), home.resolve("user"));
        Files.createSymbolicLink(home.resolve("user/dev"), home.resolve("elsewhere"));
        Files.createSymbolicLink(home.resolve("user/nowhere"), Path.of("gone"));

        LoadedModules loaded = load("user");

        assertThat(loaded.mapping().get("raptiformica/server/headless/consul/bootstrap"))
                .contains("linked");
        assertThat(loaded.modules().get(2).files())
                .extracting(ModuleFile::path)
                .containsExactly(home.resolve("user/dev/m.json"));
        assertThat(loaded.problems()).extracting(ModuleProblem::file).containsExactly(home.resolve("user/back"));
    }

    @Test
    void pipeByTheNameOfAModuleFileIsNotOpened() throws Exception {
        Files.createDirectories(home.resolve("user/a"));
        new ProcessBuilder("mkfifo", home.resolve("user/a/m.json").toString())
                .start()
                .waitFor();

        assertThat(load("user").modules().getFirst().files()).isEmpty();
    }

    @Test
    void gitDirectoriesAndHiddenModulesAreNotLookedAt() throws IOException {
        write("user/a/.git/m.json", server("consul", "x"));
        write("user/.new-b/m.json", server("consul", "x"));

        assertThat(load("user").mapping()).isEqualTo(Mapping.empty());
    }

    @Test
    void directoryThatIsNotThereIsEmptyAndAFileInItsPlaceIsTold() throws IOException {
        Path file = write("file", "");

        assertThat(load("gone").modules()).isEmpty();
        assertThat(load("file").problems()).extracting(ModuleProblem::file).containsExactly(file);
    }

    @Test
    void stringThatJustFitsIsOneThatTheStoreTakesInATransactionAndALongerOneIsTold() throws IOException {
        String key = "raptiformica/server/headless/x/bootstrap";
        int longest = ConfigOperation.MOST_BYTES - key.length();
        write("user/fits/m.json", server("x", "v".repeat(longest)));
        write("user/longer/m.json", server("x", "v".repeat(longest + 1)));
        write("user/names/m.json", server("n".repeat(1024), "v"));

        LoadedModules loaded = load("user");

        String value = loaded.mapping().get(key).orElseThrow();
        assertThat(value).hasSize(longest);
        Operation guard = new Operation.CheckIndex("raptiformica_modules/about/fits", Long.MAX_VALUE);
        assertThat(Transaction.chunks(List.of(guard), List.of(new Operation.SetIf(key, value, Long.MAX_VALUE))))
                .hasSize(1);
        assertThat(loaded.problems())
                .extracting(ModuleProblem::found)
                .containsExactly("a string larger than 256 KiB with its names", "names of more than 1 KiB together");
    }

    private LoadedModules load(String... directories) {
        return Modules.load(List.of(directories).stream().map(home::resolve).toList());
    }

    private Path write(String path, String content) throws IOException {
        Path file = home.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    static String server(String name, String bootstrap) {
        return """
                {"raptiformica_api_version": "0.1", "server": {"headless": {"%s": {"bootstrap": "%s"}}}}""".formatted(name, bootstrap);
    }
}
