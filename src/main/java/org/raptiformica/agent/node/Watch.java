package org.raptiformica.agent.node;

import java.time.Duration;
import java.util.function.Consumer;
import org.raptiformica.consul.Answer;
import org.raptiformica.consul.BlockingQuery;
import org.raptiformica.consul.ConsulException;

/**
 * Waits for Consul to say that something changed: a blocking query that is asked again for ever, so that nothing is polled
 * while nothing happens.
 */
public final class Watch<T> {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final BlockingQuery<T> query;
    private final Consumer<T> change;

    /** @param change given every answer, also one that says the same as the last */
    public Watch(BlockingQuery<T> query, Consumer<T> change) {
        this.query = query;
        this.change = change;
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
                } catch (ConsulException notNow) {
                    // No store yet, or none for the moment: the reconcilers say so, this only has to come back.
                    Thread.sleep(pause);
                    pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
