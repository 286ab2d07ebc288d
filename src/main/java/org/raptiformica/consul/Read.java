package org.raptiformica.consul;

import java.time.Duration;

/**
 * How to read: how fresh, and whether to wait for a change.
 *
 * @param index 0 answers at once; else Consul waits until the index of what is read is greater; unsigned
 * @param limit the longest time to wait, when {@code index} is not 0; Consul takes at most ten minutes and adds up to a
 *     sixteenth of it
 */
public record Read(Consistency consistency, long index, Duration limit) {

    private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

    /** Checks the limit. */
    public Read {
        if (limit.isNegative() || limit.compareTo(LONGEST_WAIT) > 0) {
            throw new IllegalArgumentException("wait " + limit + ": not within 10 minutes");
        }
    }

    /** An answer at once, as fresh as is usual. */
    public static Read now() {
        return of(Consistency.DEFAULT);
    }

    /** An answer at once, as fresh as {@code consistency} asks. */
    public static Read of(Consistency consistency) {
        return new Read(consistency, 0, Duration.ZERO);
    }

    /** The same, but waiting for a change after {@code newIndex}. */
    public Read after(long newIndex, Duration newLimit) {
        return new Read(consistency, newIndex, newLimit);
    }

    /** How much longer than an ordinary one the request may take. */
    Duration longest() {
        return index == 0 ? Duration.ZERO : limit.plus(limit.dividedBy(16));
    }

    Request applyTo(Request request) {
        Request fresh = switch (consistency) {
            case DEFAULT -> request;
            case CONSISTENT -> request.with("consistent");
            case STALE -> request.with("stale");
        };
        if (index == 0) {
            return fresh;
        }
        return fresh.with("index", Long.toUnsignedString(index))
                .with("wait", limit.toMillis() + "ms")
                .withExtraTime(longest());
    }
}
