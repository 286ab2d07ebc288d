package org.raptiformica.cli;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What the build runs to make the start-up cache: everyday command lines one after the other in one process, so that the
 * classes they need are in it.
 */
public final class Training {

    private static final List<String[]> COMMAND_LINES = List.of(
            new String[] {"--version"},
            new String[] {"--help"},
            new String[] {"spawn", "--help"},
            new String[] {"members"},
            new String[] {"members", "--output", "json"},
            new String[] {"ssh", "--info-only"},
            new String[] {"prune", "--output", "json"},
            new String[] {"agent", "--bogus"});

    private Training() {}

    /** Runs them all; how they end is of no interest. */
    public static void main(String[] arguments) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        Console console = new Console(nowhere, nowhere, false);
        console.table(List.of("Column"), List.of(List.of("cell")));
        for (String[] line : COMMAND_LINES) {
            new Program(console, System.getenv()).run(line);
        }
    }
}
