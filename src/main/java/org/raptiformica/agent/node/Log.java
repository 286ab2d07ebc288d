package org.raptiformica.agent.node;

import java.io.PrintStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The agent's log: one line an event on standard output, which the supervision keeps in a file. Thread-safe. */
public final class Log {

    private final PrintStream out;

    /** A log that is written to this stream. */
    public Log(PrintStream out) {
        this.out = out;
    }

    /** Writes a line with the time before it. */
    public void info(String text) {
        out.println(Instant.now().truncatedTo(ChronoUnit.MILLIS) + " " + text);
    }

    /** Writes what no part of the agent expected, with its stack. */
    public void defect(String where, Throwable thrown) {
        synchronized (out) {
            info("DEFECT in " + where);
            thrown.printStackTrace(out);
        }
    }
}
