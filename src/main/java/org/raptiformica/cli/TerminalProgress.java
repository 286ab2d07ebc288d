package org.raptiformica.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.raptiformica.cluster.journey.Progress;

/**
 * Progress on a terminal: one line a machine, painted over while it changes, with the running step and the seconds since
 * the machine's line began. Lines that scroll (notes, output of commands) are printed above; so are the machines that are
 * done where the terminal has no room for all.
 */
final class TerminalProgress implements Progress, AutoCloseable {

    private static final String CLEAR_LINE = "\u001b[2K";
    private static final int LAST_WORDS = 10;
    private static final Duration FRAME = Duration.ofMillis(200);

    private final PrintStream out;
    private final Verbosity verbosity;
    private final TerminalSize size;
    private final List<Line> lines = new ArrayList<>();
    private final Thread painter;
    private int painted;

    TerminalProgress(PrintStream out, Verbosity verbosity, TerminalSize size) {
        this.out = out;
        this.verbosity = verbosity;
        this.size = size;
        this.painter = Thread.ofVirtual().start(this::repaintUntilClosed);
    }

    @Override
    public synchronized Track track(String machine) {
        Line line = new Line(machine);
        lines.add(line);
        paint();
        return line;
    }

    @Override
    public synchronized void note(String text) {
        erase();
        out.println(text);
        paint();
    }

    /** Paints the last state and leaves it on the screen. */
    @Override
    public synchronized void close() {
        painter.interrupt();
        erase();
        lines.forEach(line -> out.println(line.text()));
        out.flush();
        lines.clear();
    }

    private void repaintUntilClosed() {
        try {
            while (true) {
                Thread.sleep(FRAME);
                synchronized (this) {
                    paint();
                }
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private void paint() {
        erase();
        // What has scrolled off the screen cannot be painted over.
        int room = Math.max(2, size.rows() - 1);
        scrollAwayWhatIsOver(room);
        boolean all = lines.size() <= room;
        int shown = all ? lines.size() : room - 1;
        lines.stream().limit(shown).forEach(line -> out.println(line.text()));
        if (!all) {
            out.printf("%7s  and %d more%n", "", lines.size() - shown);
        }
        painted = all ? shown : room;
        out.flush();
    }

    private void scrollAwayWhatIsOver(int room) {
        Iterator<Line> each = lines.iterator();
        while (lines.size() > room && each.hasNext()) {
            Line line = each.next();
            if (line.end != 0) {
                out.println(line.text());
                each.remove();
            }
        }
    }

    private void erase() {
        if (painted > 0) {
            out.print(("\u001b[1A" + CLEAR_LINE).repeat(painted) + "\r");
            painted = 0;
        }
    }

    private final class Line implements Track {

        private final long begin = System.nanoTime();
        private String machine;
        private String text = "";
        private String detail = "";
        private final List<String> lastWords = new ArrayList<>();
        private long end;

        Line(String machine) {
            this.machine = machine;
        }

        @Override
        public void rename(String name) {
            synchronized (TerminalProgress.this) {
                machine = name;
            }
        }

        @Override
        public void step(String step) {
            synchronized (TerminalProgress.this) {
                lastWords.clear();
            }
            set(step + " …", false);
        }

        @Override
        public void detail(String more) {
            synchronized (TerminalProgress.this) {
                detail = more;
            }
        }

        @Override
        public void output(String line) {
            if (verbosity == Verbosity.VERBOSE) {
                note("[" + machine + "] " + line);
            }
        }

        @Override
        public void printed(String line) {
            output(line);
            synchronized (TerminalProgress.this) {
                lastWords.add(line);
                if (lastWords.size() > LAST_WORDS) {
                    lastWords.removeFirst();
                }
            }
        }

        @Override
        public void warn(String text) {
            note("[" + machine + "] warning: " + text);
        }

        @Override
        public void done(String result) {
            set("✓ " + result, true);
        }

        @Override
        public void failed(String reason) {
            if (verbosity != Verbosity.VERBOSE) {
                lastWords.forEach(line -> note("[" + machine + "] " + line));
            }
            set("✗ " + reason, true);
        }

        private void set(String now, boolean over) {
            synchronized (TerminalProgress.this) {
                text = now;
                detail = "";
                end = over ? System.nanoTime() : 0;
                paint();
            }
        }

        private String text() {
            Duration taken = Duration.ofNanos((end == 0 ? System.nanoTime() : end) - begin);
            String line =
                    String.format("%7s  %-24s %s %s", Seconds.text(taken), machine, oneLine(text), oneLine(detail));
            return line.length() < size.columns() ? line : line.substring(0, size.columns() - 1);
        }

        /** The first line: what moves the cursor would be painted over in the wrong place. */
        private static String oneLine(String printed) {
            return printed.lines().findFirst().orElse("").replaceAll("\\p{Cntrl}", " ");
        }
    }
}
