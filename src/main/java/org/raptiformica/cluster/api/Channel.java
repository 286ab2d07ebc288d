package org.raptiformica.cluster.api;

import java.time.Duration;

/** A way to an agent's socket. Implementations are thread-safe: each request has a connection of its own. */
public interface Channel {

    /** The machine at the far end, for messages. */
    String name();

    /**
     * Sends one line and returns the one line that answers it.
     *
     * @throws org.raptiformica.failure.Failure where no agent answers within the limit
     */
    String exchange(String line, Duration limit);
}
