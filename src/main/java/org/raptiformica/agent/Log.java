package org.raptiformica.agent;

import java.io.PrintStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The agent's log: one line an event on standard output, which the supervision keeps in a file. Thread-safe. */
final class Log {

    private final PrintStream out;

    Log(PrintStream out) {
        this.out = out;
    }

    void info(String text) {
        out.println(Instant.now().truncatedTo(ChronoUnit.MILLIS) + " " + text);
    }

    void defect(String where, Throwable thrown) {
        synchronized (out) {
            info("DEFECT in " + where);
            thrown.printStackTrace(out);
        }
    }
}
