package org.raptiformica.agent.role;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.stream.Collectors;
import org.raptiformica.consensus.Member;
import org.raptiformica.consensus.StoreView;
import org.raptiformica.consul.RaftServer;

/**
 * When the elected agent announces who the servers are: when they change, when a node comes or comes back, and again and again
 * while somebody gossips as a server and is none; never more often than every ten seconds, and every five minutes whatever
 * happens, for those who missed it. Not thread-safe.
 */
final class Announcing {

    private static final Duration LEAST = Duration.ofSeconds(10);
    private static final Duration MOST = Duration.ofMinutes(5);

    private final InstantSource clock;
    private Set<String> voters = Set.of();
    private Set<String> alive = Set.of();
    private boolean owed;
    private Instant last = Instant.MIN;

    /** @param clock one that does not jump */
    Announcing(InstantSource clock) {
        this.clock = clock;
    }

    /** Whether it is to be announced now. */
    boolean due(StoreView view) {
        Set<String> votersNow =
                view.raft().stream().filter(RaftServer::voter).map(view::node).collect(Collectors.toUnmodifiableSet());
        Set<String> aliveNow =
                view.members().stream().filter(Member::alive).map(Member::node).collect(Collectors.toUnmodifiableSet());
        owed = owed || !votersNow.equals(voters) || !alive.containsAll(aliveNow) || stranded(view, votersNow);
        voters = votersNow;
        alive = aliveNow;
        Duration since = Duration.between(last, clock.instant());
        return since.compareTo(owed ? LEAST : MOST) >= 0;
    }

    /** It was announced. */
    void done() {
        owed = false;
        last = clock.instant();
    }

    private static boolean stranded(StoreView view, Set<String> voters) {
        return view.members().stream().anyMatch(member -> member.serves() && !voters.contains(member.node()));
    }
}
