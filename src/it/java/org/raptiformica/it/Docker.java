package org.raptiformica.it;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Docker's own command line: what the tests compare the program's words with. */
final class Docker {

    private Docker() {}

    static String run(String... arguments) {
        List<String> words = new ArrayList<>(List.of("docker"));
        words.addAll(List.of(arguments));
        return Local.said(words);
    }

    private static String shell(String script, String... arguments) {
        List<String> words = new ArrayList<>(List.of("sh", "-c", script, "sh"));
        words.addAll(List.of(arguments));
        return Local.said(words);
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
