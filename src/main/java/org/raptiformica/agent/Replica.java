package org.raptiformica.agent;

import org.raptiformica.config.ConfigCache;
import org.raptiformica.config.Mapping;

/**
 * This node's copy of the shared config: what the agent works by, in memory and in the cache directory, so that it is
 * there after a reboot and while the store has no leader. Thread-safe.
 */
final class Replica {

    private final ConfigCache cache;
    private volatile Mapping current;

    Replica(ConfigCache cache) {
        this.cache = cache;
        this.current = cache.read().orElse(Mapping.empty());
    }

    Mapping current() {
        return current;
    }

    /** Takes over what the store, or before there is one the client, says. Returns whether that is news. */
    synchronized boolean take(Mapping mapping) {
        if (mapping.equals(current)) {
            return false;
        }
        current = cache.update(_ -> mapping);
        return true;
    }

    /** Reads again what a client has put on the disk; for an agent that has not joined yet. */
    synchronized void reload() {
        current = cache.read().orElse(current);
    }
}
