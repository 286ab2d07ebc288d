package org.raptiformica.cli;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How much room the terminal has. */
record TerminalSize(int rows, int columns) {

    private static final TerminalSize USUAL = new TerminalSize(24, 80);
    private static final Pattern ROWS_COLUMNS = Pattern.compile("(\\d{1,4}) (\\d{1,4})\\s*");

    /** What {@code stty} says, which a JDK cannot ask itself; the usual size where it says nothing. */
    static TerminalSize ofStandardError() {
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(new File("/proc/self/fd/2"))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String told = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return stty.waitFor(1, TimeUnit.SECONDS) ? parse(told) : USUAL;
        } catch (IOException noStty) {
            return USUAL;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return USUAL;
        }
    }

    /** A terminal that does not know its size says 0. */
    static TerminalSize parse(String told) {
        Matcher size = ROWS_COLUMNS.matcher(told);
        if (!size.matches()) {
            return USUAL;
        }
        int rows = Integer.parseInt(size.group(1));
        int columns = Integer.parseInt(size.group(2));
        return new TerminalSize(rows == 0 ? USUAL.rows() : rows, columns == 0 ? USUAL.columns() : columns);
    }
}
