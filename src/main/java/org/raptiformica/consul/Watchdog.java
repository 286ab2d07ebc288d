package org.raptiformica.consul;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SocketChannel;

/** Closes a connection at its deadline: sockets have a time limit for reading but none for writing. */
final class Watchdog implements AutoCloseable {

    /** What fits into the socket's buffers cannot block, so it needs no watching. */
    private static final int SURELY_BUFFERED = 64 * 1024;

    private final Thread thread;

    private Watchdog(Thread thread) {
        this.thread = thread;
    }

    static Watchdog of(Request.Body body, SocketChannel channel, Deadline deadline) {
        boolean small = switch (body) {
            case Request.Body.None() -> true;
            case Request.Body.Text(String text, boolean _) -> text.length() < SURELY_BUFFERED / 3;
            case Request.Body.Stream _ -> false;
        };
        Thread watching = Thread.ofVirtual().unstarted(() -> closeAt(deadline, channel));
        if (!small) {
            watching.start();
        }
        return new Watchdog(watching);
    }

    private static void closeAt(Deadline deadline, SocketChannel channel) {
        try {
            Thread.sleep(deadline.left());
            channel.close();
        } catch (InterruptedException done) {
            Thread.currentThread().interrupt();
        } catch (IOException closing) {
            throw new UncheckedIOException(closing);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
