package org.raptiformica.agent.hook;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.raptiformica.consul.Event;

/**
 * Tells whether a list of events has one that was not in the list before. A blocking query answers without news as well,
 * and its first answer holds what was fired before this agent began. Not thread-safe.
 */
final class NewEvents {

    private Optional<Set<String>> before = Optional.empty();

    boolean in(List<Event> seen) {
        Set<String> now = seen.stream().map(Event::id).collect(Collectors.toUnmodifiableSet());
        boolean news = before.filter(known -> !known.containsAll(now)).isPresent();
        before = Optional.of(now);
        return news;
    }
}
