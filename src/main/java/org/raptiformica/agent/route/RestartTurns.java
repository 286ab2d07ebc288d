package org.raptiformica.agent.route;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * When a node may restart its engine: all nodes of a cluster take turns, so that a cause that they share does not make all of
 * them vanish at one moment, which is also when an engine hangs most easily. Turns are told by the time of day and the ranks of
 * mesh addresses: nobody has to be asked, and nobody could be.
 */
final class RestartTurns {

    /** Longer than the restart of an engine and the clocks of a cluster differ, and than two looks are apart. */
    private static final Duration TURN = Duration.ofSeconds(30);

    /** However many nodes there are, no turn is more than two minutes away: larger clusters share turns. */
    private static final int TURNS = 4;

    private RestartTurns() {}

    /** Whether it is a node's turn; all nodes are told by their mesh addresses. */
    static boolean isOf(String self, List<String> others, Instant now) {
        long rank = others.stream().filter(other -> other.compareTo(self) < 0).count();
        int turns = Math.min(TURNS, others.size() + 1);
        return Math.floorMod(now.getEpochSecond() / TURN.toSeconds(), turns) == rank % turns;
    }
}
