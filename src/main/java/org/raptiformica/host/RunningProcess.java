package org.raptiformica.host;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.raptiformica.failure.StepFailed;

/**
 * A process that is followed to its end by one thread, which never blocks in a read: it takes what there is, then waits for
 * the end of the process for a moment. So a background process that keeps the pipes open holds nothing up, a limit and an
 * interrupt are heeded at once, and no thread sits in native code when the JVM exits.
 */
final class RunningProcess {

    private static final int CHUNK = 64 * 1024;
    private static final long LONGEST_PAUSE_MILLIS = 16;
    private static final int ENDED_BY_CTRL_C = 128 + 2;
    private static final Duration UNTIL_WE_HEAR_OF_IT = Duration.ofMillis(500);

    private final Process process;
    private final Label label;
    private final Duration limit;
    private final Runnable beforeKill;
    private final Printed out;
    private final Printed err;
    private final byte[] chunk = new byte[CHUNK];

    RunningProcess(Process process, Label label, Duration limit, LineListener live, Runnable beforeKill) {
        this.process = process;
        this.label = label;
        this.limit = limit;
        this.beforeKill = beforeKill;
        this.out = new Printed(live);
        this.err = new Printed(live);
    }

    Outcome toItsEnd(Optional<StreamWriter> input) {
        Thread atExit = new Thread(() -> ProcessTree.kill(process.toHandle()), "kill " + process.pid());
        boolean hooked = hook(atExit);
        @Nullable
        Feeder feeder =
                input.map(writer -> new Feeder(process, writer, this::kill)).orElse(null);
        try {
            follow();
            heedCtrlC();
        } finally {
            if (process.isAlive()) {
                kill();
            }
            if (feeder != null) {
                feeder.end();
            }
            if (hooked) {
                unhook(atExit);
            }
        }
        if (feeder != null) {
            feeder.rethrow(label);
        }
        out.end();
        err.end();
        return new Outcome(process.exitValue(), out.text(), err.text());
    }

    private void follow() {
        long end = System.nanoTime() + limit.toNanos();
        long pause = 1;
        while (true) {
            // Asked before the last look at the pipes, so that nothing printed before the end is missed.
            boolean ended = !process.isAlive();
            boolean printed = takeBoth();
            boolean late = System.nanoTime() - end >= 0;
            if (ended && (!printed || late)) {
                return;
            }
            if (late) {
                throw overran();
            }
            pause = printed ? 1 : Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
            await(printed ? 0 : pause);
        }
    }

    private boolean takeBoth() {
        boolean some = take(process.getInputStream(), out);
        return take(process.getErrorStream(), err) || some;
    }

    /** Takes what is there. The lock is the one under which the JDK closes the pipe when the process ends. */
    private boolean take(InputStream from, Printed to) {
        int length;
        synchronized (from) {
            try {
                int there = from.available();
                length = there == 0 ? 0 : from.read(chunk, 0, Math.min(there, CHUNK));
            } catch (IOException closed) {
                length = 0;
            }
        }
        if (length > 0) {
            to.add(chunk, length);
        }
        return length > 0;
    }

    private void await(long millis) {
        try {
            process.waitFor(millis, TimeUnit.MILLISECONDS);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        } catch (InterruptedException interrupted) {
            kill();
            throw cancelled(interrupted);
        }
    }

    /** A terminal's Ctrl-C reaches what we started a moment before it reaches this thread: it is no failure of theirs. */
    private void heedCtrlC() {
        if (process.exitValue() == ENDED_BY_CTRL_C) {
            try {
                Thread.sleep(UNTIL_WE_HEAR_OF_IT);
            } catch (InterruptedException interrupted) {
                throw cancelled(interrupted);
            }
        }
    }

    private CancellationException cancelled(InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        CancellationException cancelled = new CancellationException("interrupted: " + label.text());
        cancelled.initCause(interrupted);
        return cancelled;
    }

    private StepFailed overran() {
        return new StepFailed(
                label.where(),
                "`%s` did not end within %s%s".formatted(label.text(), Limits.text(limit), lastWords()),
                "It was stopped, with all that it had started. See why it takes so long, then run the command again.");
    }

    private String lastWords() {
        String last = err.lastLine().isEmpty() ? out.lastLine() : err.lastLine();
        return last.isEmpty() ? " and printed nothing" : "; it last printed: " + last;
    }

    private void kill() {
        try {
            beforeKill.run();
        } finally {
            ProcessTree.kill(process.toHandle());
        }
    }

    /** Whether the hook is set: not while the JVM is already going down, when commands only clean up. */
    private static boolean hook(Thread atExit) {
        try {
            Runtime.getRuntime().addShutdownHook(atExit);
            return true;
        } catch (IllegalStateException goingDown) {
            return false;
        }
    }

    private static void unhook(Thread atExit) {
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException goingDown) {
            // Then the hook runs, and finds nothing alive.
        }
    }
}
