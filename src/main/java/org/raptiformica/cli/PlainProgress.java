package org.raptiformica.cli;

import java.io.PrintStream;
import java.time.Duration;
import org.raptiformica.cluster.journey.Progress;

/** Progress where no terminal is: one plain line whenever a machine begins or ends a step, and what bootstraps print. */
final class PlainProgress implements Progress {

    private static final int MOST_LINES = 1000;

    private final PrintStream out;
    private final Verbosity verbosity;
    private final long begin = System.nanoTime();

    PlainProgress(PrintStream out, Verbosity verbosity) {
        this.out = out;
        this.verbosity = verbosity;
    }

    @Override
    public Track track(String machine) {
        return new PlainTrack(machine);
    }

    @Override
    public void note(String text) {
        if (verbosity != Verbosity.QUIET) {
            print(text);
        }
    }

    private synchronized void print(String line) {
        out.println(line);
    }

    private String seconds() {
        return Seconds.text(Duration.ofNanos(System.nanoTime() - begin));
    }

    private final class PlainTrack implements Track {

        private volatile String machine;
        private int printed;

        PlainTrack(String machine) {
            this.machine = machine;
        }

        @Override
        public void rename(String name) {
            note(machine + " is " + name);
            machine = name;
        }

        @Override
        public void step(String step) {
            printed = 0;
            line(step);
        }

        @Override
        public void detail(String text) {
            // Details are for a line that is painted over; plain lines of them would flood a log.
        }

        @Override
        public void output(String text) {
            if (verbosity == Verbosity.VERBOSE) {
                print("[" + machine + "] " + text);
            }
        }

        /** A bootstrap may print without end, which nobody reads. */
        @Override
        public void printed(String text) {
            printed++;
            if (printed <= MOST_LINES || verbosity == Verbosity.VERBOSE) {
                note("[" + machine + "] " + text);
            } else if (printed == MOST_LINES + 1) {
                note("[" + machine + "] … and more: --verbose shows all of it");
            }
        }

        @Override
        public void warn(String text) {
            note("[" + machine + "] warning: " + text);
        }

        @Override
        public void done(String result) {
            line(result);
        }

        @Override
        public void failed(String reason) {
            line("failed: " + reason);
        }

        private void line(String text) {
            note(String.format("%7s  %-24s %s", seconds(), machine, text));
        }
    }
}
