package org.raptiformica.config;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.raptiformica.failure.StepFailed;

/**
 * Lets one thread of one process at a time change something in a cache directory. The lock goes with the process: one
 * that is killed leaves none behind. Not reentrant.
 */
public final class CacheLock {

    /**
     * The system's file locks belong to a process, and closing any descriptor of the file drops them all: so the threads
     * of this process have to queue before they open it. The one thing here that a whole process shares.
     */
    private static final ReentrantLock WITHIN_PROCESS = new ReentrantLock();

    private static final Duration POLL = Duration.ofMillis(20);

    private final Path file;
    private final Duration limit;

    /**
     * @param file the file to lock, made where there is none; its content is never touched
     * @param limit how long to wait for others
     */
    public CacheLock(Path file, Duration limit) {
        this.file = file;
        this.limit = limit;
    }

    /**
     * Does something while holding the lock.
     *
     * @throws StepFailed when others hold it for longer than the limit
     * @throws org.raptiformica.failure.PrerequisiteMissing when the file cannot be made or opened
     */
    public <T> T holding(Supplier<T> action) {
        if (WITHIN_PROCESS.isHeldByCurrentThread()) {
            throw new IllegalStateException(file + " is locked by this very thread");
        }
        long end = System.nanoTime() + limit.toNanos();
        try {
            if (!WITHIN_PROCESS.tryLock(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                throw heldByOthers();
            }
        } catch (InterruptedException interrupted) {
            throw interrupted();
        }
        try {
            return holdingFile(action, end);
        } finally {
            WITHIN_PROCESS.unlock();
        }
    }

    private <T> T holdingFile(Supplier<T> action, long end) {
        try (FileChannel channel = open();
                FileLock _ = lock(channel, end)) {
            return action.get();
        } catch (IOException failed) {
            throw CacheFiles.failure(file, "cannot be locked", failed);
        }
    }

    private FileChannel open() throws IOException {
        CacheFiles.makeDirectory(file.toAbsolutePath().getParent());
        return FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(CacheFiles.OWNER_ONLY));
    }

    private FileLock lock(FileChannel channel, long end) throws IOException {
        while (true) {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return lock;
            }
            if (System.nanoTime() > end) {
                throw heldByOthers();
            }
            pause();
        }
    }

    private void pause() {
        try {
            TimeUnit.NANOSECONDS.sleep(POLL.toNanos());
        } catch (InterruptedException interrupted) {
            throw interrupted();
        }
    }

    private StepFailed heldByOthers() {
        return new StepFailed(
                file.toString(),
                "another raptiformica has been holding this lock for more than " + limit.toSeconds() + " s",
                "Wait until it ends, or end it, and run the command again.");
    }

    private StepFailed interrupted() {
        Thread.currentThread().interrupt();
        return new StepFailed(
                file.toString(), "interrupted while waiting for another raptiformica", "Run the command again.");
    }
}
