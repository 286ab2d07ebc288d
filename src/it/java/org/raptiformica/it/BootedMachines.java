package org.raptiformica.it;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The containers that the running test class has booted, itself or through a client, so that {@link FailureLog} and
 * {@link Cluster} find them. Threads that a test starts share the set of the thread that started them.
 */
final class BootedMachines {

    /** Ids of containers, and cache directories of clients. */
    private static final InheritableThreadLocal<Set<String>> KNOWN = new InheritableThreadLocal<>();

    private BootedMachines() {}

    /** Forgets what an earlier test class booted on this thread. */
    static void begin() {
        KNOWN.set(ConcurrentHashMap.newKeySet());
    }

    static void add(String container) {
        know(container);
    }

    /** Also those that the client boots later. */
    static void addInstancesOf(Path cache) {
        know(cache.toString());
    }

    private static void know(String what) {
        Set<String> known = KNOWN.get();
        // A program of bench/ runs no test class.
        if (known != null) {
            known.add(what);
        }
    }

    /** The ids of those that exist, running or not. */
    static List<String> containers() {
        return listed("--all");
    }

    /** The ids of those that run. */
    static List<String> running() {
        return listed();
    }

    private static List<String> listed(String... options) {
        List<String> words = new ArrayList<>(
                List.of("ps", "--no-trunc", "--format", "{{.ID}} {{.Label \"org.raptiformica.cache\"}}"));
        words.addAll(List.of(options));
        Set<String> known = KNOWN.get();
        return known == null
                ? List.of()
                : Docker.run(words.toArray(String[]::new))
                        .lines()
                        .map(line -> line.split(" ", 2))
                        .filter(columns -> Arrays.stream(columns).anyMatch(known::contains))
                        .map(columns -> columns[0])
                        .toList();
    }
}
