package org.raptiformica.config.module;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.raptiformica.config.CacheDirectory;
import org.raptiformica.config.Mapping;
import org.raptiformica.config.Modules;
import org.raptiformica.failure.BadData;
import org.raptiformica.failure.Failure;
import org.raptiformica.host.LocalHost;

@Execution(ExecutionMode.CONCURRENT)
class ModuleInstallerTest {

    @TempDir
    Path home;

    private CacheDirectory directory;
    private ModuleInstaller installer;
    private Repository repository;

    /** Made once, for it takes a dozen processes; each test has a copy. */
    @SuppressWarnings("NullAway.Init")
    private static Repository twoVersions;

    @SuppressWarnings("NullAway.Init")
    private static String first;

    @BeforeAll
    static void repositoryWithTwoVersions(@TempDir Path shared) {
        twoVersions = Repository.at(shared.resolve("mine.git"));
        first = twoVersions.commit("m.json", module("one"));
        twoVersions.inside("tag", "--annotate", "--message=v1", "v1");
        twoVersions.commit("m.json", module("two"));
    }

    @BeforeEach
    void repository() {
        directory = new CacheDirectory(home.resolve("cache"));
        installer = new ModuleInstaller(directory, new LocalHost());
        repository = twoVersions.copiedTo(home.resolve("mine.git"));
    }

    @Test
    void installsFromAPathUnderTheNameWithoutGit() throws IOException {
        var installed = install(repository.path().toString());

        assertThat(value()).isEqualTo("two");
        assertThat(installed.module().path()).isEqualTo(directory.module("mine"));
        assertThat(installed.origin().commit()).isEqualTo(repository.inside("rev-parse", "HEAD"));
        assertThat(hidden()).containsExactly(".lock");
    }

    @Test
    void installsATagOrACommitOrABranch() {
        install("file://" + repository.path() + "@v1");
        assertThat(value()).isEqualTo("one");

        install("file://" + repository.path());
        assertThat(value()).isEqualTo("two");

        assertThat(install(repository.path() + "@" + first.substring(0, 10))
                        .origin()
                        .commit())
                .isEqualTo(first);
        assertThat(value()).isEqualTo("one");

        install(repository.path() + "@main");
        assertThat(value()).isEqualTo("two");
    }

    @Test
    void installingAgainReplacesAndSaysWhatWasThere() {
        install(repository.path() + "@v1");
        repository.commit("other.json", module("three"));
        repository.inside("rm", "--quiet", "m.json");
        repository.commit("script.sh", "true");

        var installed = install(repository.path().toString());

        assertThat(installed.replaced())
                .hasValueSatisfying(old -> assertThat(old.commit()).isEqualTo(first));
        assertThat(directory.module("mine").resolve("m.json")).doesNotExist();
        assertThat(value()).isEqualTo("three");
    }

    @Test
    void failingInstallLeavesTheOldVersion() throws IOException {
        install(repository.path().toString());
        repository.inside("rm", "--quiet", "m.json");
        repository.commit("readme", "no module file any more");

        assertThatThrownBy(() -> install(repository.path().toString()))
                .isInstanceOf(BadData.class)
                .hasMessageContaining("brings no module file");
        assertThatThrownBy(() -> install(repository.path() + "@no-such-tag"))
                .isInstanceOf(BadData.class)
                .hasMessageContaining("has no tag, branch or commit no-such-tag");
        assertThat(value()).isEqualTo("two");
        assertThat(hidden()).containsExactly(".lock");
    }

    @Test
    void moduleWithNothingButABrokenFileIsRefusedAndTheFileNamed() {
        Repository broken = Repository.at(home.resolve("broken"));
        broken.commit("m.json", "{\"raptiformica_api_version\": \"0.1\",}");

        assertThatThrownBy(() -> install(broken.path().toString()))
                .isInstanceOf(BadData.class)
                .hasMessageContaining("m.json: found a trailing comma at line 1");
    }

    @Test
    void moduleWithAFaultInAPartOfItIsInstalledAndTheFaultTold() {
        repository.commit("wrong.json", "{\"raptiformica_api_version\": \"0.1\", \"server\": []}");

        assertThat(install(repository.path().toString()).module().problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.at()).isEqualTo("$.server"));
    }

    @Test
    void otherModuleOfTheSameNameIsRefused() {
        install(repository.path().toString());
        Repository other = Repository.at(home.resolve("elsewhere/mine"));
        other.commit("m.json", module("other"));

        assertThatThrownBy(() -> install(other.path().toString())).isInstanceOfSatisfying(BadData.class, fault -> {
            assertThat(fault.what()).contains("a module mine is installed already, from " + repository.path());
            assertThat(fault.remedy()).contains("--remove mine");
        });
        assertThat(value()).isEqualTo("two");
    }

    @Test
    void directoryThatAPersonMadeIsNotReplaced() throws IOException {
        Files.createDirectories(directory.module("mine"));
        Files.writeString(directory.module("mine").resolve("m.json"), module("by hand"));

        assertThatThrownBy(() -> install(repository.path().toString())).isInstanceOf(BadData.class);
        assertThat(value()).isEqualTo("by hand");
    }

    @Test
    void cloneMadeByTheOldProgramIsReplaced() {
        Repository.git(
                "clone",
                "--quiet",
                repository.path().toString(),
                directory.module("mine").toString());
        repository.commit("m.json", module("three"));

        install(repository.path().toString());

        assertThat(value()).isEqualTo("three");
    }

    @Test
    void repositoryThatDoesNotExistIsTold() {
        assertThatThrownBy(() -> install(home.resolve("gone").toString()))
                .isInstanceOf(BadData.class)
                .hasMessage("there is no such repository");
        assertThatThrownBy(() -> install("file://" + home.resolve("gone")))
                .isInstanceOf(BadData.class)
                .hasMessage("there is no such repository");
    }

    @Test
    void emptyRepositoryIsTold() {
        Repository empty = Repository.at(home.resolve("empty"));

        assertThatThrownBy(() -> install(empty.path().toString()))
                .isInstanceOf(BadData.class)
                .hasMessage("has no commit yet");
    }

    @Test
    void serverThatAsksForAPasswordOrHasNoSuchRepositoryIsTold() throws IOException {
        HttpServer server = serve(exchange -> exchange.getRequestURI().getPath().startsWith("/private") ? 401 : 404);
        try {
            String address = "http://127.0.0.1:" + server.getAddress().getPort();

            assertThatThrownBy(() -> install(address + "/private/mine"))
                    .isInstanceOf(BadData.class)
                    .hasMessage("does not exist, or asks for a password");
            assertThatThrownBy(() -> install(address.replace("//", "//me:secret@") + "/private/mine"))
                    .isInstanceOfSatisfying(
                            Failure.class,
                            fault -> assertThat(fault.message())
                                    .contains("asks for a password")
                                    .doesNotContain("secret"));
            assertThatThrownBy(() -> install(address + "/gone/mine"))
                    .isInstanceOf(BadData.class)
                    .hasMessage("there is no such repository");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void passwordInAUrlWorksAndIsLeftNowhere() throws IOException {
        repository.inside("update-server-info");
        HttpServer server = serve(exchange -> exchange.getRequestHeaders()
                        .getOrDefault("Authorization", List.of())
                        .contains("Basic bWU6c2VjcmV0")
                ? 200
                : 401);
        Files.createSymbolicLink(home.resolve("served"), repository.path().resolve(".git"));
        try {
            install("http://me:secret@127.0.0.1:" + server.getAddress().getPort() + "/served");
        } finally {
            server.stop(0);
        }
        try (Stream<Path> files = Files.walk(directory.module("served"))) {
            assertThat(files.filter(Files::isRegularFile).map(ModuleInstallerTest::text))
                    .noneMatch(text -> text.contains("secret") || text.contains("bWU6c2VjcmV0"));
        }
    }

    @Test
    void removingBringsBackNothingOfTheModule() throws IOException {
        install(repository.path().toString());

        installer.remove("mine");

        assertThat(mapping()).isEqualTo(Mapping.empty());
        assertThat(hidden()).containsExactly(".lock");
    }

    @Test
    void removingALinkedModuleLeavesWhatItLinksTo() throws IOException {
        Files.createDirectories(directory.modules());
        Files.createSymbolicLink(directory.module("dev"), repository.path());

        installer.remove("dev");

        assertThat(repository.path().resolve("m.json")).exists();
        assertThat(directory.module("dev")).doesNotExist();
    }

    @Test
    void removingWhatIsNotThereSaysWhatIs() {
        install(repository.path().toString());

        for (String name : List.of("other", "..", ".lock", "")) {
            assertThatThrownBy(() -> installer.remove(name)).isInstanceOfSatisfying(BadData.class, fault -> {
                assertThat(fault.what()).isEqualTo("no such module is installed");
                assertThat(fault.remedy()).isEqualTo("Installed are: mine.");
            });
        }
    }

    @Test
    void whatAKilledInstallLeftIsMended() throws IOException {
        install(repository.path().toString());
        Files.move(directory.module("mine"), directory.module(".old-mine"));
        Files.createDirectories(directory.module(".gone-x/y"));

        assertThatThrownBy(() -> installer.remove("other")).isInstanceOf(BadData.class);

        assertThat(value()).isEqualTo("two");
        assertThat(hidden()).containsExactly(".lock");
    }

    private ModuleInstaller.Installed install(String source) {
        return installer.install(ModuleSource.parse(source, home, home));
    }

    private Mapping mapping() {
        return Modules.load(List.of(directory.modules())).mapping();
    }

    private String value() {
        return mapping().get("raptiformica/server/mine/mine/bootstrap").orElse("none");
    }

    private List<String> hidden() throws IOException {
        try (Stream<Path> children = Files.list(directory.modules())) {
            return children.map(child -> child.getFileName().toString())
                    .filter(name -> name.startsWith("."))
                    .toList();
        }
    }

    private static String module(String value) {
        return """
                {"raptiformica_api_version": "0.1", "server": {"mine": {"mine": {"bootstrap": "%s"}}}}""".formatted(value);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @FunctionalInterface
    private interface Answer {
        int to(HttpExchange exchange);
    }

    /** Files below home, or the status that is not 200. */
    private HttpServer serve(Answer answer) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                Path file = home.resolve(exchange.getRequestURI().getPath().substring(1));
                int status = answer.to(exchange);
                if (status == 200 && !Files.isRegularFile(file)) {
                    status = 404;
                }
                if (status == 401) {
                    exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"x\"");
                }
                byte[] body = status == 200 ? Files.readAllBytes(file) : new byte[0];
                exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
                exchange.getResponseBody().write(body);
            }
        });
        server.start();
        return server;
    }
}
