package org.raptiformica.host;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.raptiformica.failure.Failure;
import org.raptiformica.failure.StepFailed;

/**
 * Feeds a process its standard input, from a thread of its own. A process that ends without reading all is none of its
 * business; an input that breaks off is: the process is killed before it can take half of the input for all of it.
 */
final class Feeder {

    private static final int BUFFER = 64 * 1024;
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Pipe pipe;
    private final StreamWriter writer;
    private final Runnable kill;
    private final Thread thread;
    private volatile @Nullable Exception trouble;

    Feeder(Process process, StreamWriter writer, Runnable kill) {
        this.pipe = new Pipe(process.getOutputStream());
        this.writer = writer;
        this.kill = kill;
        // A platform thread: writing to a pipe would keep one of the few carriers of virtual threads busy.
        this.thread =
                Thread.ofPlatform().daemon().name("input of " + process.pid()).start(this::feed);
    }

    private void feed() {
        try {
            OutputStream out = new BufferedOutputStream(pipe, BUFFER);
            writer.writeTo(out);
            out.flush();
        } catch (IOException | RuntimeException problem) {
            if (!pipe.broken) {
                trouble = problem;
                kill.run();
            }
        } finally {
            pipe.closeQuietly();
        }
    }

    /** To be called when the process has ended. */
    void end() {
        pipe.broken = true;
        if (trouble == null) {
            thread.interrupt();
        }
        boolean interrupted = Thread.interrupted();
        try {
            thread.join(PATIENCE);
        } catch (InterruptedException again) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Throws what the input broke off with, if it did. */
    void rethrow(Label label) {
        switch (trouble) {
            case null -> {}
            case Failure failure -> throw failure;
            case Exception problem -> {
                StepFailed failed = new StepFailed(
                        label.where(),
                        "the input of `%s` broke off: %s".formatted(label.text(), problem),
                        "The command was stopped. Mend what is read from, then run it again.");
                failed.initCause(problem);
                throw failed;
            }
        }
    }

    /** The way into the process, which remembers that it broke. */
    private static final class Pipe extends FilterOutputStream {
        private volatile boolean broken;

        Pipe(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            try {
                out.write(bytes, from, length);
                out.flush();
            } catch (IOException gone) {
                broken = true;
                throw gone;
            }
        }

        void closeQuietly() {
            try {
                out.close();
            } catch (IOException gone) {
                broken = true;
            }
        }
    }
}
