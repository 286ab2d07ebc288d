package org.raptiformica.host;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.raptiformica.failure.Failure;
import org.raptiformica.failure.StepFailed;

/** Waiting for a condition, with a limit. */
public final class Waiting {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    private Waiting() {}

    /**
     * Asks {@code probe} until it gives something: at once, then after 50 ms, then less and less often, at least once a
     * second, and a last time when the limit is reached. A {@link Failure} of the probe counts as "not yet" and is told
     * when the limit is reached.
     *
     * @param what what is waited for, as in "no answer from ..." — a noun phrase
     * @throws StepFailed when the limit is reached
     * @throws CancellationException when the thread is interrupted
     */
    public static <T> T until(String what, Duration limit, Supplier<Optional<T>> probe) {
        long end = System.nanoTime() + limit.toNanos();
        long pause = FIRST_PAUSE.toNanos();
        while (true) {
            @Nullable Failure seen = null;
            try {
                Optional<T> found = probe.get();
                if (found.isPresent()) {
                    return found.get();
                }
            } catch (Failure failure) {
                seen = failure;
            }
            long left = end - System.nanoTime();
            if (left <= 0) {
                throw late(what, limit, seen);
            }
            pause(what, Duration.ofNanos(Math.min(pause, left)));
            pause = Math.min(pause * 3 / 2, LONGEST_PAUSE.toNanos());
        }
    }

    private static StepFailed late(String what, Duration limit, @Nullable Failure seen) {
        String last = seen == null ? "" : "; last seen: " + seen.where() + ": " + seen.what();
        return new StepFailed(
                what,
                "did not come within %s%s".formatted(Limits.text(limit), last),
                seen == null ? "Run the command again; with --verbose it says more." : seen.remedy());
    }

    /**
     * Lets time pass where nothing can be asked meanwhile.
     *
     * @param what what is waited for
     * @throws CancellationException when the thread is interrupted
     */
    static void pause(String what, Duration pause) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            CancellationException cancelled = new CancellationException("interrupted while waiting for " + what);
            cancelled.initCause(interrupted);
            throw cancelled;
        }
    }
}
