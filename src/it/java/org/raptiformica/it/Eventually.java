package org.raptiformica.it;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what takes its time, with a limit. */
final class Eventually {

    private static final Duration PAUSE = Duration.ofMillis(300);

    private Eventually() {}

    static void within(Duration limit, String what, BooleanSupplier condition) {
        within(limit, () -> what, condition);
    }

    /** What is waited for is told when it did not come. */
    static void within(Duration limit, Supplier<String> what, BooleanSupplier condition) {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within " + limit.toSeconds() + " s: " + what.get());
            }
            try {
                Thread.sleep(PAUSE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted while waiting for " + what.get(), e);
            }
        }
    }
}
