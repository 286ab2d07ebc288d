package org.raptiformica.consensus;

import java.time.Duration;

/**
 * A node that is or may become a server, as the agent that decides sees it.
 *
 * @param alive whether it answers
 * @param since for how long it has, or has not
 * @param standing what it is to the store
 * @param departures how often it went away without leaving, in the time that the agent looks back on
 * @param leaving whether it is about to leave: it is no server any more as soon as the others can do without
 */
public record Candidate(
        String node, boolean alive, Duration since, Standing standing, int departures, boolean leaving) {

    /** What a node is to the store. */
    public enum Standing {
        /** A client agent. */
        CLIENT,
        /** A server that does not vote yet: a change is under way. */
        LEARNING,
        /** A server. */
        VOTER,
        /** The server that leads. */
        LEADER
    }

    boolean server() {
        return standing != Standing.CLIENT;
    }

    boolean votes() {
        return standing == Standing.VOTER || standing == Standing.LEADER;
    }
}
