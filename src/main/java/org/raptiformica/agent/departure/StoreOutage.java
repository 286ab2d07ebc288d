package org.raptiformica.agent.departure;

import java.time.Duration;
import java.util.Optional;
import org.raptiformica.consul.ConsulException;
import org.raptiformica.failure.StepFailed;
import org.raptiformica.host.Waiting;

/**
 * With nodes that leave the servers change: for moments the store has no leader, or this node's own Consul starts anew. What is
 * done about a departure waits for the end of that.
 */
public final class StoreOutage {

    private static final Duration LONGEST = Duration.ofSeconds(45);

    private StoreOutage() {}

    /**
     * Does it, again where Consul did not; done twice it must do no harm.
     *
     * @throws StepFailed when the store is still away after three quarters of a minute, with what it said
     */
    public static void bridge(Runnable work) {
        Waiting.until("the store", LONGEST, () -> {
            try {
                work.run();
                return Optional.of(true);
            } catch (ConsulException away) {
                throw new StepFailed(
                        "the store on this node",
                        "it does not answer: " + away.getMessage(),
                        "It comes back with the quorum; `raptiformica members` shows who is missing.");
            }
        });
    }
}
