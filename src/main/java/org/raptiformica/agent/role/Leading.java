package org.raptiformica.agent.role;

import java.util.Optional;
import org.raptiformica.consensus.Election;
import org.raptiformica.consensus.Lead;

/** Whether this agent is the elected one, for those of its parts that act for all nodes. Thread-safe. */
public final class Leading {

    private volatile Optional<Election> election = Optional.empty();

    /** Takes no part yet. */
    public Leading() {}

    /** Takes part from now on. */
    void through(Election entered) {
        election = Optional.of(entered);
    }

    /** The lead, if this is the elected agent, now and beyond doubt. */
    public Optional<Lead> lead() {
        return election.flatMap(Election::lead);
    }

    /** Whether this is the elected agent, now and beyond doubt. */
    public boolean now() {
        return lead().isPresent();
    }
}
