package org.raptiformica.agent;

import java.util.Optional;
import org.raptiformica.consensus.Election;
import org.raptiformica.consensus.Lead;

/** Whether this agent is the elected one, for those of its parts that act for all nodes. Thread-safe. */
final class Leading {

    private volatile Optional<Election> election = Optional.empty();

    /** Takes part from now on. */
    void through(Election entered) {
        election = Optional.of(entered);
    }

    /** The lead, if this is the elected agent, now and beyond doubt. */
    Optional<Lead> lead() {
        return election.flatMap(Election::lead);
    }

    boolean now() {
        return lead().isPresent();
    }
}
