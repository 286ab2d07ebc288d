package org.raptiformica.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Ctrl-C at any step, which a terminal sends to all processes of the command: it ends soon with 130 and leaves no process and
 * no temporary file, and the same command run again goes on to a whole node.
 */
class InterruptionIT {

    @TempDir
    Path home;

    @AfterEach
    void leavesNothing() {
        Program.at(home).succeed("destroy");
    }

    @ParameterizedTest(name = "during: {0}")
    @ValueSource(strings = {"boot", "connect", "upload", "provision", "start the agent", "found"})
    void goesOnAfterCtrlC(String step) throws Exception {
        Path temporary = Files.createDirectory(home.resolve("t"));
        Program program = Program.at(home).withBareInstances().with("TMPDIR", temporary.toString());
        Path out = home.resolve("out");
        Path err = home.resolve("err");
        Process spawn = program.start(out, err, "spawn");
        Eventually.within(Duration.ofMinutes(2), "the step " + step + " begins", () -> began(err, step));
        Local.run("kill", "-INT", "--", "-" + spawn.pid());
        assertThat(spawn.waitFor(30, TimeUnit.SECONDS))
                .as("ended within 30 s of Ctrl-C")
                .isTrue();
        assertThat(spawn.exitValue()).as(Files.readString(err)).isEqualTo(130);
        assertThat(temporary).as("temporary files of what was interrupted").isEmptyDirectory();
        assertThat(program.cache().resolve("var/payloads"))
                .satisfiesAnyOf(
                        packed -> assertThat(packed).isEmptyDirectory(),
                        none -> assertThat(none).doesNotExist());
        Eventually.within(
                Duration.ofSeconds(5),
                () -> "no process of it: " + Local.processesNaming(home),
                () -> Local.processesNaming(home).isEmpty());

        program.succeed("spawn");
        new Cluster(program).isWhole(1);
        assertThat(Docker.instancesOf(program))
                .as("instances after the second spawn")
                .hasSize(1);
        assertThat(temporary).as("temporary files of the next run").isEmptyDirectory();
        Files.delete(out);
        Files.delete(err);
    }

    private static boolean began(Path err, String step) {
        try {
            return Files.readString(err).contains(step);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
