package org.raptiformica.agent;

import com.google.gson.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/** Fires the hook {@code cluster_change}: after a burst of changes once, with all of them, and never not at all. */
final class ClusterChange {

    /** Not waiting for anything: members of a network that is cut or comes back change one by one within about a second. */
    private static final Duration GATHERING = Duration.ofSeconds(2);

    private final BlockingQueue<News> arrivals = new LinkedBlockingQueue<>();
    private final Consumer<JsonObject> hook;
    private final Consumer<Map<String, String>> told;

    private record News(List<JsonObject> changes, Optional<Map<String, String>> view) {}

    /**
     * @param hook fires the handlers with the event
     * @param told given the view of the members that the handlers are about to be told; what comes before an agent ends
     *     and is not told by then is the next one's to tell
     */
    ClusterChange(Consumer<JsonObject> hook, Consumer<Map<String, String>> told) {
        this.hook = hook;
        this.told = told;
    }

    /** Members changed, to this view of them. */
    void happened(List<JsonObject> changes, Map<String, String> view) {
        arrivals.add(new News(changes, Optional.of(view)));
    }

    /** The Consul event was fired. */
    void fired() {
        arrivals.add(new News(List.of(), Optional.empty()));
    }

    /** Runs until the thread is interrupted. */
    void run() {
        try {
            while (true) {
                List<News> news = new ArrayList<>(List.of(arrivals.take()));
                Thread.sleep(GATHERING);
                arrivals.drainTo(news);
                fire(news);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void fire(List<News> news) {
        // Before the handlers run: one that restarts the agent would be called again by each new one.
        news.stream()
                .flatMap(it -> it.view().stream())
                .reduce((_, later) -> later)
                .ifPresent(told);
        hook.accept(MemberChanges.event(
                news.stream().flatMap(it -> it.changes().stream()).toList(),
                news.stream().anyMatch(it -> it.view().isEmpty())));
    }
}
