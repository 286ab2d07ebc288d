package org.raptiformica.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramTest {

    @TempDir
    Path home;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... arguments) {
        Console console = new Console(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false);
        return new Program(console, Map.of("HOME", home.toString())).run(arguments);
    }

    @Test
    void anUnknownOptionIsNamedAndHelpOffered() {
        assertThat(run("spawn", "--bogus")).isEqualTo(ExitCode.USAGE.number());
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("--bogus", "raptiformica spawn --help");
    }

    @Test
    void anUnknownMeshEngineIsNamedAndThoseThereAre() {
        assertThat(run("spawn", "--mesh", "pigeons")).isEqualTo(ExitCode.USAGE.number());
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("--mesh is pigeons: give one of yggdrasil, cjdns");
    }

    @Test
    void withoutACommandTheHelpIsShownAndThatIsNoSuccess() {
        assertThat(run()).isEqualTo(ExitCode.USAGE.number());
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("spawn", "slave", "members");
    }

    @Test
    void everyCommandHasHelpWithExamples() {
        for (String command : new String[] {
            "spawn", "slave", "members", "config", "ssh", "update", "install", "modules", "hook", "notify", "package",
            "prune", "destroy", "clean", "mesh", "agent", "backup", "restore"
        }) {
            out.reset();
            assertThat(run(command, "--help")).as(command).isZero();
            assertThat(out.toString(StandardCharsets.UTF_8))
                    .as(command)
                    .contains("Examples:", "--output", "--cache-dir", "--verbose", "--quiet");
        }
    }

    @Test
    void readmeHasTheExitCodesOfTheProgram() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        assertThat(Arrays.stream(ExitCode.values()).map(code -> "| " + code.number() + " | " + code.meaning() + " |"))
                .allSatisfy(row -> assertThat(readme).contains(row));
    }

    @Test
    @DisplayName("a wrong command line is told as JSON, too, in whichever way that is asked for")
    void aWrongCommandLineIsJsonWhereJsonWasAskedFor() {
        for (String[] words : new String[][] {
            {"members", "--output", "json", "--bogus"}, {"members", "--output=json", "--bogus"}, {"bogus", "-ojson"}
        }) {
            out.reset();
            assertThat(run(words)).isEqualTo(ExitCode.USAGE.number());
            assertThat(out.toString(StandardCharsets.UTF_8)).contains("\"kind\": \"usage\"", "--help");
        }
    }

    @Test
    @DisplayName("an interrupted command says so, and how to go on")
    void interrupted() {
        Thread.currentThread().interrupt();
        int exit = run("slave", "192.0.2.1", "--output", "json");
        assertThat(Thread.interrupted()).isTrue();
        assertThat(exit).isEqualTo(ExitCode.INTERRUPTED.number());
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("\"kind\": \"interrupted\"");
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("run the same command again");
    }

    @Test
    void aFailureIsJsonOnStandardOutputWhereJsonWasAskedFor() {
        assertThat(run("members", "--output", "json")).isEqualTo(ExitCode.NO_CLUSTER.number());
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("\"kind\": \"no_cluster\"");
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("it knows of no cluster");
    }
}
