package org.raptiformica.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** A process and all that it started. */
final class ProcessTree {

    private static final Duration GRACE = Duration.ofSeconds(2);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(16);

    private ProcessTree() {}

    /** Asks all of them to end, and after two seconds makes them. Returns when they are gone. */
    static void kill(ProcessHandle root) {
        List<ProcessHandle> asked = withDescendants(root);
        asked.forEach(ProcessHandle::destroy);
        await(asked);
        List<ProcessHandle> left = asked.stream()
                .filter(ProcessTree::runs)
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

    /** Not interruptible: who is interrupted calls this to leave nothing behind. */
    private static void await(List<ProcessHandle> handles) {
        long end = System.nanoTime() + GRACE.toNanos();
        long pause = FIRST_PAUSE.toNanos();
        boolean interrupted = false;
        while (handles.stream().anyMatch(ProcessTree::runs) && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(pause);
            // A set interrupt would let no park wait: it is kept until the end.
            interrupted |= Thread.interrupted();
            pause = Math.min(2 * pause, LONGEST_PAUSE.toNanos());
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Whether a process is there still. One whose parent was killed before it is taken away by an init process, which in
     * a container takes its time over it, or never does it: once it has ended it counts as gone, though the JDK calls it
     * alive. Our own children the JDK takes away itself, at once.
     */
    static boolean runs(ProcessHandle process) {
        return process.isAlive() && !isLeftToInit(process.pid());
    }

    private static boolean isLeftToInit(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.ISO_8859_1);
            // The name before them, in brackets, may have brackets and spaces in it.
            String[] stateAndParent = stat.substring(stat.lastIndexOf(')') + 2).split(" ", 3);
            return stateAndParent[0].equals("Z")
                    && Long.parseLong(stateAndParent[1])
                            != ProcessHandle.current().pid();
        } catch (IOException goneOrNotLinux) {
            return false;
        }
    }
}
