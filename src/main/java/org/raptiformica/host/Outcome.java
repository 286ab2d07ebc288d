package org.raptiformica.host;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * How a command ended.
 *
 * @param exitCode what it exited with; 128 and the number of the signal where one killed it
 * @param out the last 1 MiB that it printed on standard output, as UTF-8
 * @param err the last 1 MiB that it printed on standard error, as UTF-8
 */
public record Outcome(int exitCode, String out, String err) {

    /** Whether the command succeeded. */
    public boolean ok() {
        return exitCode == 0;
    }

    /**
     * What a failed command says first on standard error, where programs name the problem before they show their usage or
     * tell what failed because of it; where it says nothing there, its {@link #lastLine}; never empty.
     */
    public String firstWords() {
        return complaints()
                .findFirst()
                .or(() -> Optional.of(lastLine()).filter(line -> !line.isEmpty()))
                .orElse("it said nothing");
    }

    /**
     * {@link #firstWords}, and the last line on standard error where that is another one: of a long script the first may be
     * a warning, and the last what ended it.
     */
    public String firstAndLastWords() {
        String first = firstWords();
        String last = complaints().reduce(first, (_, later) -> later);
        return last.equals(first) ? first : first + " … " + last;
    }

    /** The last line on standard output that is not blank; empty where there is none. */
    public String lastLine() {
        return linesOf(out).reduce("", (_, later) -> later);
    }

    private Stream<String> complaints() {
        return linesOf(err);
    }

    private static Stream<String> linesOf(String printed) {
        return printed.lines().map(String::strip).filter(line -> !line.isEmpty());
    }
}
