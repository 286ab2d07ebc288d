package org.raptiformica.consul;

import java.net.SocketTimeoutException;
import java.time.Duration;

/** A moment on the monotonic clock at which a request must have ended. */
record Deadline(long nanoTime, Duration limit) {

    static Deadline in(Duration limit) {
        return new Deadline(System.nanoTime() + limit.toNanos(), limit);
    }

    Duration left() {
        return Duration.ofNanos(Math.max(0, nanoTime - System.nanoTime()));
    }

    /** Never 0, which sockets take for "for ever". */
    int millisLeft() throws SocketTimeoutException {
        long millis = left().toMillis();
        if (millis <= 0) {
            throw new SocketTimeoutException("not within " + limit.toMillis() + " ms");
        }
        return (int) Math.min(millis, Integer.MAX_VALUE);
    }
}
