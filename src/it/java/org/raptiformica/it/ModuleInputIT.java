package org.raptiformica.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Modules that cannot be installed, or not as a whole, and the question before one is; on a client without a cluster. */
class ModuleInputIT {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path home;

    private Path modules = Path.of("");

    @BeforeEach
    void client() {
        modules = program().cache().resolve("modules");
    }

    private Program program() {
        return Program.at(home);
    }

    private ModuleRepository module(String path, String json) {
        return ModuleRepository.at(home.resolve(path)).with("raptiformica.json", json);
    }

    private void refused(Run run, String... parts) {
        assertThat(run.exitCode()).as(run.told()).isEqualTo(6);
        assertThat(run.err()).as(run.told()).contains(parts).doesNotContain("Exception");
        assertThat(modules)
                .satisfiesAnyOf(
                        gone -> assertThat(gone).doesNotExist(),
                        empty -> assertThat(empty)
                                .isDirectoryNotContaining(file ->
                                        !String.valueOf(file.getFileName()).equals(".lock")));
    }

    @Test
    @DisplayName("a repository that asks for a password, and one that does not exist")
    void unreachable() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/private", exchange -> {
            exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"git\"");
            exchange.sendResponseHeaders(401, -1);
            exchange.close();
        });
        server.start();
        try {
            String url = "http://127.0.0.1:" + server.getAddress().getPort();
            refused(program().run("install", url + "/private/module.git", "--yes"), "password", "/private/module.git");
            Run wrong = program().run("install", url.replace("//", "//me:secret@") + "/private/module.git", "--yes");
            refused(wrong, "password");
            assertThat(wrong.told().replace(String.join(" ", wrong.words()), ""))
                    .doesNotContain("secret");
            refused(program().run("install", url + "/nothing/module.git", "--yes"), "no such repository");
        } finally {
            server.stop(0);
        }
        refused(program().run("install", "file:///no/such/module", "--yes"), "no such repository");
    }

    @Test
    @DisplayName("a server that takes the connection and never says a word")
    void silent() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Run run = program().run("install", "http://127.0.0.1:" + silent.getLocalPort() + "/module", "--yes");
            assertThat(run.exitCode()).as(run.told()).isEqualTo(8);
            assertThat(run.time()).isLessThan(Duration.ofMinutes(2));
        }
    }

    @Test
    @DisplayName("comments, a trailing comma: the file is named with the line, and nothing is installed")
    void noStrictJson() {
        refused(
                program()
                        .run(
                                "install",
                                module("commented", "{\n  // why\n  \"raptiformica_api_version\": \"0.1\"}")
                                        .path()
                                        .toString(),
                                "--yes"),
                "raptiformica.json",
                "a comment at line 2");
        refused(
                program()
                        .run(
                                "install",
                                module("trailing", "{\"raptiformica_api_version\": \"0.1\",\n}")
                                        .path()
                                        .toString(),
                                "--yes"),
                "a trailing comma at line");
    }

    @Test
    @DisplayName("wrong shapes and names are left out with file, place, found and expected; the rest is installed")
    void wrongParts() {
        Run run = program()
                .succeed("install", "--yes", module("partly", """
                        {"raptiformica_api_version": "0.1", "server": {
                            "listed": [1], "a/b": {"x": {"bootstrap": "true"}}, "..": {"x": {"bootstrap": "true"}},
                            "nul\\u0000": {"x": {"bootstrap": "true"}},
                            "good": {"x": {"bootstrap": "true"}}}}""").path().toString());
        assertThat(run.err())
                .contains("partly/raptiformica.json: found a list at $.server.listed, expected an object")
                .contains("$.server[\"a/b\"]", "$.server[\"..\"]", "a name without /, control characters, . or ..");
        Run check = program().run("modules", "--check", home.resolve("partly").toString());
        assertThat(check.exitCode()).as(check.told()).isEqualTo(6);
        assertThat(check.out()).contains("wrong: ", "found a list at $.server.listed", "1 module files, not good");
        assertThat(ThreeNodes.listed(program(), "partly").get("serverTypes").toString())
                .isEqualTo("[\"good\"]");
        // It loads the modules several times.
        assertThat(program().run("spawn", "--check-available").err().lines().filter(line -> line.contains("listed")))
                .singleElement()
                .asString()
                .startsWith("raptiformica: warning: ")
                .contains("found a list at $.server.listed");
    }

    @Test
    @DisplayName("a module that no cluster could take is refused before there is one")
    void tooLarge() throws IOException {
        byte[] random = new byte[9 << 20];
        new Random(1).nextBytes(random);
        ModuleRepository module = module("large", "{\"raptiformica_api_version\": \"0.1\"}");
        Files.write(module.path().resolve("data"), random);
        refused(
                program().run("install", module.with("more", "x").path().toString(), "--yes"),
                "module large",
                "a module may have 8192");
    }

    @Test
    @DisplayName("the program's own module takes the place of no other one of its name")
    void othersOfOurName() {
        ModuleRepository other = module("notifications", "{\"raptiformica_api_version\": \"0.1\"}");
        program().succeed("install", other.path().toString(), "--yes");

        Run run = program().run("install", "notifications");

        assertThat(run.exitCode()).as(run.told()).isEqualTo(6);
        assertThat(run.err()).contains("a module notifications is installed already, from " + other.path());
        program().succeed("install", "--remove", "notifications");
        program().succeed("install", "notifications");
        program().succeed("install", "notifications");
    }

    @Test
    @DisplayName("a second module with the directory name of an installed one")
    void sameName() {
        ModuleRepository first = module("a/same", "{\"raptiformica_api_version\": \"0.1\"}");
        ModuleRepository second = module("b/same", "{\"raptiformica_api_version\": \"0.1\"}");
        program().succeed("install", first.path().toString(), "--yes");
        Run run = program().run("install", second.path().toString(), "--yes");
        assertThat(run.exitCode()).as(run.told()).isEqualTo(6);
        assertThat(run.err()).contains("is installed already, from " + first.path(), "--remove same");
        assertThat(ThreeNodes.listed(program(), "same").get("url").getAsString())
                .isEqualTo(first.path().toString());
    }

    @Test
    @DisplayName("the example of a hook handler in docs/modules.md, installed and fired")
    void exampleOfAHandler() throws IOException {
        ModuleRepository module = ModuleRepository.at(home.resolve("sources/hooks"));
        for (String file : List.of("tell.json", "tell.sh")) {
            module.with(file, Files.readString(Path.of("docs/examples/hooks", file)));
        }
        program().succeed("install", module.path().toString(), "--yes");
        Path log = home.resolve("told");
        program().with("TELL_LOG", log.toString()).run("hook", "cluster_change");
        assertThat(log).content().contains("\"hook\":\"cluster_change\"");
    }

    @Test
    @DisplayName("a person at a terminal is asked once a module, and no means no")
    void question() throws IOException {
        ModuleRepository module = module("asked", "{\"raptiformica_api_version\": \"0.1\"}");
        String no = answer("n", module);
        assertThat(no).contains("as root on every node", "Install it? [y/N]", "nothing was installed");
        assertThat(modules.resolve("asked")).doesNotExist();

        assertThat(answer("", module)).contains("nothing was installed");
        assertThat(answer("yes", module)).contains("Install it? [y/N]", "installed asked");
        assertThat(modules.resolve("asked")).isDirectory();

        assertThat(answer("n", module.with("new", "version")))
                .contains("installed asked")
                .doesNotContain("Install it?");
    }

    /** Runs the program at a pseudo-terminal, where somebody types an answer; what is seen there. */
    private String answer(String typed, ModuleRepository module) throws IOException {
        String command = Program.distribution().resolve("bin/raptiformica") + " install " + module.path();
        ProcessBuilder terminal =
                new ProcessBuilder("script", "--quiet", "--command", command, "/dev/null").redirectErrorStream(true);
        terminal.environment().putAll(Map.of("HOME", home.toString(), "RAPTIFORMICA_CACHE_DIR", ""));
        Process process = terminal.start();
        try (OutputStream keyboard = process.getOutputStream()) {
            keyboard.write((typed + "\n").getBytes(StandardCharsets.UTF_8));
            keyboard.flush();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
