package org.raptiformica.agent.member;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.raptiformica.consensus.Member;

/**
 * Which of the nodes in the shared config are away: those that gossip has not shown alive for a while. Where it shows
 * nobody alive at all it is this node that is away, and all others count as present. Thread-safe.
 */
public final class Presence {

    /** Longer than a reboot: a node that comes back soon finds its links as they were. */
    public static final Duration PATIENCE = Duration.ofMinutes(2);

    private final InstantSource clock;
    private final Map<String, Instant> missedSince = new HashMap<>();
    private Set<String> alive = Set.of();
    private Set<String> serving = Set.of();

    /** @param clock one that does not jump */
    public Presence(InstantSource clock) {
        this.clock = clock;
    }

    /** What gossip shows now. */
    public synchronized void see(List<Member> members) {
        alive = members.stream().filter(Member::alive).map(Member::node).collect(Collectors.toUnmodifiableSet());
        serving = members.stream().filter(Member::serves).map(Member::node).collect(Collectors.toUnmodifiableSet());
    }

    /** Of the other nodes' mesh addresses, those that are away. */
    public synchronized Set<String> away(Set<String> others) {
        missedSince.keySet().retainAll(others);
        if (alone(others)) {
            missedSince.clear();
            return Set.of();
        }
        Instant now = clock.instant();
        missedSince.keySet().removeAll(alive);
        others.stream().filter(other -> !alive.contains(other)).forEach(other -> missedSince.putIfAbsent(other, now));
        Set<String> away = new HashSet<>(missedSince.keySet());
        away.removeIf(
                other -> missedSince.getOrDefault(other, now).plus(PATIENCE).isAfter(now));
        return away;
    }

    /** Of these mesh addresses, those that gossip shows alive. */
    public synchronized Set<String> alive(Collection<String> others) {
        return others.stream().filter(alive::contains).collect(Collectors.toUnmodifiableSet());
    }

    /** The mesh addresses of the store's servers that gossip shows alive, this node's among them where it is one. */
    public synchronized Set<String> serving() {
        return serving;
    }

    /** Whether none of the other nodes is alive as far as gossip knows. */
    public synchronized boolean alone(Set<String> others) {
        return others.stream().noneMatch(alive::contains);
    }
}
