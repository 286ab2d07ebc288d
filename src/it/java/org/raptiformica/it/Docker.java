package org.raptiformica.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Docker's own command line: what the tests compare the program's words with. */
final class Docker {

    private Docker() {}

    static String run(String... arguments) {
        List<String> words = new ArrayList<>(List.of("docker"));
        words.addAll(List.of(arguments));
        return run(words);
    }

    private static String shell(String script, String... arguments) {
        List<String> words = new ArrayList<>(List.of("sh", "-c", script, "sh"));
        words.addAll(List.of(arguments));
        return run(words);
    }

    private static String run(List<String> words) {
        try {
            Process process =
                    new ProcessBuilder(words).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(60, TimeUnit.SECONDS))
                    .as(words + " ended")
                    .isTrue();
            assertThat(process.exitValue()).as(words + " said " + out).isZero();
            return out.strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The ids of all containers that a client has booted, running or not. */
    static List<String> instancesOf(Program program) {
        return run("ps", "-aq", "--filter", "label=org.raptiformica.cache=" + program.cache())
                .lines()
                .toList();
    }

    /** What {@code cksum} says of a text: how the compute type tells the images of clients apart. */
    static String checksum(String text) {
        return shell("printf %s \"$1\" | cksum | cut -d ' ' -f 1", text);
    }

    static void unpack(Path archive, Path directory) {
        shell("tar -xf \"$1\" -C \"$2\" --exclude='dev/*'", archive.toString(), directory.toString());
    }

    static void remove(Path directory) {
        shell("rm -rf \"$1\"", directory.toString());
    }

    /** The files below a directory in which a text occurs. */
    static String filesWith(String text, Path directory) {
        return shell("grep -rlF -e \"$1\" \"$2\" || true", text, directory.toString());
    }
}
