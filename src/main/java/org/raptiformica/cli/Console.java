package org.raptiformica.cli;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Where results and messages go: results to standard output, all else to standard error, so that a script can read the
 * one without the other. Thread-safe.
 *
 * @param out standard output
 * @param err standard error
 * @param terminal whether a person watches standard error
 */
record Console(PrintStream out, PrintStream err, boolean terminal) {

    private static final Gson PRETTY =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    static Console ofProcess() {
        boolean terminal = isTerminal("/proc/self/fd/2");
        return new Console(System.out, System.err, terminal);
    }

    private static boolean isTerminal(String descriptor) {
        try {
            String target = Path.of(descriptor).toRealPath().toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Asks the person at the terminal a question that is answered with yes or no; nothing where nobody can answer.
     */
    Optional<Boolean> ask(String question) {
        if (!terminal || !isTerminal("/proc/self/fd/0")) {
            return Optional.empty();
        }
        err.print(question + " [y/N] ");
        err.flush();
        try {
            String answer = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
            return Optional.of(
                    answer != null && answer.strip().toLowerCase(Locale.ROOT).startsWith("y"));
        } catch (IOException noAnswer) {
            return Optional.of(false);
        }
    }

    void say(String line) {
        out.println(line);
        out.flush();
    }

    void warn(String line) {
        err.println(line);
    }

    void json(JsonElement element) {
        say(PRETTY.toJson(element));
    }

    /** Prints rows below a header in columns held apart by two blanks: fit for eyes and for awk. */
    void table(List<String> header, List<List<String>> rows) {
        Column[] columns = header.stream()
                .map(title -> new Column()
                        .header(title)
                        .headerAlign(HorizontalAlign.LEFT)
                        .dataAlign(HorizontalAlign.LEFT)
                        .maxWidth(200))
                .toArray(Column[]::new);
        Object[][] cells = rows.stream().map(List::toArray).toArray(Object[][]::new);
        String text = AsciiTable.getTable(AsciiTable.NO_BORDERS, columns, cells);
        Arrays.stream(text.split("\\R")).map(String::stripTrailing).forEach(this::sayTrimmed);
    }

    private void sayTrimmed(String line) {
        // The library pads each cell on both sides; the pad of the first is no part of the table.
        say(line.startsWith(" ") ? line.substring(1) : line);
    }
}
