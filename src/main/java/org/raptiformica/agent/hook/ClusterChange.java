package org.raptiformica.agent.hook;

import com.google.gson.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.raptiformica.agent.node.Watch;
import org.raptiformica.agent.replica.Replica;
import org.raptiformica.config.Neighbour;
import org.raptiformica.consul.BlockingQuery;
import org.raptiformica.consul.Consistency;
import org.raptiformica.consul.ConsulClient;

/** Fires the hook {@code cluster_change}: after a burst of changes once, with all of them, and never not at all. */
public final class ClusterChange {

    /** Not waiting for anything: members of a network that is cut or comes back change one by one within about a second. */
    private static final Duration GATHERING = Duration.ofSeconds(2);

    private static final Duration LONG_POLL = Duration.ofMinutes(5);

    private final BlockingQueue<News> arrivals = new LinkedBlockingQueue<>();
    private final NodeHooks hooks;
    private final Replica replica;
    private final Consumer<Map<String, String>> told;

    private record News(List<JsonObject> changes, Optional<Map<String, String>> view) {}

    /**
     * @param replica gives the members their names
     * @param told given the view of the members that the handlers are about to be told; what comes before an agent ends
     *     and is not told by then is the next one's to tell
     */
    public ClusterChange(NodeHooks hooks, Replica replica, Consumer<Map<String, String>> told) {
        this.hooks = hooks;
        this.replica = replica;
        this.told = told;
    }

    /** Members changed, to this view of them. */
    public void happened(List<JsonObject> changes, Map<String, String> view) {
        arrivals.add(new News(changes, Optional.of(view)));
    }

    /** What hears the Consul event that fires the hook, by hand or from another program. */
    public Watch<?> events(ConsulClient consul) {
        NewEvents events = new NewEvents();
        return new Watch<>(
                new BlockingQuery<>(
                        read -> consul.events().list(ChangeEvent.FIRED, read), Consistency.DEFAULT, LONG_POLL),
                seen -> {
                    if (events.in(seen)) {
                        arrivals.add(new News(List.of(), Optional.empty()));
                    }
                });
    }

    /** Runs until the thread is interrupted. */
    public void run() {
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
        JsonObject event = ChangeEvent.of(
                news.stream().flatMap(it -> it.changes().stream()).toList(),
                news.stream().anyMatch(it -> it.view().isEmpty()));
        hooks.fire("cluster_change", ChangeEvent.named(event, Neighbour.all(replica.current())));
    }
}
