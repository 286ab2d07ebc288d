package org.raptiformica.agent;

import com.google.gson.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/**
 * Fires the hook {@code cluster_change}: after a burst of changes once, with all of them, and never not at all. Handlers
 * run on this thread alone, so that one that hangs delays later calls of the hook and nothing else.
 */
final class ClusterChange {

    private static final Duration GATHERING = Duration.ofSeconds(2);

    private final BlockingQueue<List<JsonObject>> arrivals = new LinkedBlockingQueue<>();
    private final Consumer<JsonObject> hook;

    /**
     * @param hook fires the handlers with the event
     */
    ClusterChange(Consumer<JsonObject> hook) {
        this.hook = hook;
    }

    /** Something happened; an empty list is an event without members, such as the Consul event. */
    void happened(List<JsonObject> changes) {
        arrivals.add(changes);
    }

    /** Runs until the thread is interrupted. */
    void run() {
        try {
            while (true) {
                List<JsonObject> changes = new ArrayList<>(arrivals.take());
                Thread.sleep(GATHERING);
                List<List<JsonObject>> more = new ArrayList<>();
                arrivals.drainTo(more);
                more.forEach(changes::addAll);
                hook.accept(MemberChanges.event(changes));
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
