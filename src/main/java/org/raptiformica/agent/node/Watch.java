package org.raptiformica.agent.node;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.raptiformica.consul.Answer;
import org.raptiformica.consul.BlockingQuery;
import org.raptiformica.consul.ConsulException;

/**
 * Waits for Consul to say that something changed: a blocking query that is asked again for ever, so that nothing is polled
 * while nothing happens. The first change after a quiet time is told at once, those that follow closely together.
 */
public final class Watch<T> {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final BlockingQuery<T> query;
    private final Consumer<T> change;
    private final Supplier<Duration> rest;
    private final Runnable lost;

    /** @param change given every answer, also one that says the same as the last */
    public Watch(BlockingQuery<T> query, Consumer<T> change) {
        this(query, change, () -> Duration.ZERO, () -> {});
    }

    /**
     * @param change given every answer, also one that says the same as the last
     * @param rest how long nothing more is told after a change
     * @param lost told when Consul could not be asked, the first time in a row
     */
    public Watch(BlockingQuery<T> query, Consumer<T> change, Supplier<Duration> rest, Runnable lost) {
        this.query = query;
        this.change = change;
        this.rest = rest;
        this.lost = lost;
    }

    /** Runs until the thread is interrupted. */
    public void run() {
        Duration pause = FIRST_PAUSE;
        try {
            while (!Thread.currentThread().isInterrupted()) {
                try {
                    Answer<T> answer = query.next();
                    change.accept(answer.value());
                    pause = FIRST_PAUSE;
                    Thread.sleep(rest.get());
                } catch (ConsulException notNow) {
                    // No store yet, or none for the moment: the reconcilers say so, this only has to come back.
                    if (pause.equals(FIRST_PAUSE)) {
                        lost.run();
                    }
                    Thread.sleep(pause);
                    pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
