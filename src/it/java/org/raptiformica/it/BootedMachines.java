package org.raptiformica.it;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The containers that the running test class has booted, itself or through a client, so that {@link FailureLog} finds them.
 * Threads that a test starts share the set of the thread that started them.
 */
final class BootedMachines {

    private static final InheritableThreadLocal<Set<String>> FILTERS = new InheritableThreadLocal<>();

    private BootedMachines() {}

    /** Forgets what an earlier test class booted on this thread. */
    static void begin() {
        FILTERS.set(ConcurrentHashMap.newKeySet());
    }

    static void add(String container) {
        addFilter("id=" + container);
    }

    /** Also those that a client boots later. */
    static void addInstancesOf(Path cache) {
        addFilter("label=org.raptiformica.cache=" + cache);
    }

    private static void addFilter(String filter) {
        Set<String> filters = FILTERS.get();
        // A program of bench/ runs no test class.
        if (filters != null) {
            filters.add(filter);
        }
    }

    /** The ids of those that still exist, running or not. */
    static Set<String> containers() {
        Set<String> containers = new LinkedHashSet<>();
        Set<String> filters = FILTERS.get();
        if (filters != null) {
            filters.forEach(filter -> Docker.run("ps", "-aq", "--no-trunc", "--filter", filter)
                    .lines()
                    .forEach(containers::add));
        }
        return containers;
    }
}
