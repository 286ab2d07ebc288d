package org.raptiformica.host;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A process and all that it started. */
final class ProcessTree {

    private static final Duration GRACE = Duration.ofSeconds(2);

    private ProcessTree() {}

    /** Asks all of them to end, and after two seconds makes them. Returns when they are gone. */
    static void kill(ProcessHandle root) {
        List<ProcessHandle> asked = withDescendants(root);
        asked.forEach(ProcessHandle::destroy);
        await(asked);
        List<ProcessHandle> left = asked.stream()
                .filter(ProcessHandle::isAlive)
                .flatMap(handle -> withDescendants(handle).stream())
                .distinct()
                .toList();
        left.forEach(ProcessHandle::destroyForcibly);
        await(left);
    }

    /** The root first: a shell that outlives what it waits for would go on to its next command. */
    private static List<ProcessHandle> withDescendants(ProcessHandle root) {
        return Stream.concat(Stream.of(root), root.descendants()).toList();
    }

    private static void await(List<ProcessHandle> handles) {
        CompletableFuture<?>[] ends =
                handles.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new);
        // Not interruptible: who is interrupted calls this to leave nothing behind.
        CompletableFuture.allOf(ends)
                .completeOnTimeout(null, GRACE.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }
}
