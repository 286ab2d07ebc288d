package org.raptiformica.agent.store;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.raptiformica.agent.node.Watch;
import org.raptiformica.consensus.Announcement;
import org.raptiformica.consul.BlockingQuery;
import org.raptiformica.consul.Consistency;
import org.raptiformica.consul.ConsulClient;
import org.raptiformica.consul.Event;

/** What this node heard last of who the servers are, while its agent runs. Thread-safe. */
public final class Announced {

    private static final Duration LONG_POLL = Duration.ofMinutes(5);

    private volatile Optional<Announcement> latest = Optional.empty();

    /** Nothing yet. */
    public Announced() {}

    /** What hears the events. */
    public Watch<?> watch(ConsulClient consul) {
        return new Watch<>(
                new BlockingQuery<>(
                        read -> consul.events().list(Announcement.NAME, read), Consistency.DEFAULT, LONG_POLL),
                this::hear);
    }

    /** A Consul that was started anew knows no events; what was heard before stays. */
    void hear(List<Event> events) {
        Announcement.last(events).ifPresent(news -> latest = Optional.of(news));
    }

    /** What was heard last; it may be old. */
    public Optional<Announcement> latest() {
        return latest;
    }
}
