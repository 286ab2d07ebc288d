package org.raptiformica.cluster.entering;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets one machine at a time ask whether the cluster has a founder yet: the first that asks becomes it, the others wait
 * until it is one. Holds among the machines of this command and among all commands that use the same cache directory.
 */
final class Founding {

    private final Path lockFile;
    private final ReentrantLock threads = new ReentrantLock(true);

    Founding(Path cacheDirectory) {
        this.lockFile = cacheDirectory.resolve("founding.lock");
    }

    /** Waits for the turn; closing gives it to the next. */
    Turn turn() {
        try {
            threads.lockInterruptibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while waiting for the founder");
        }
        try {
            Files.createDirectories(lockFile.toAbsolutePath().getParent());
            FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            return new Turn(channel, channel.lock());
        } catch (IOException e) {
            threads.unlock();
            throw new UncheckedIOException(e);
        }
    }

    /** The right to found a cluster, or to see that there is one. */
    final class Turn implements AutoCloseable {

        private final FileChannel channel;
        private final FileLock lock;

        private Turn(FileChannel channel, FileLock lock) {
            this.channel = channel;
            this.lock = lock;
        }

        @Override
        public void close() {
            try (channel) {
                lock.release();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } finally {
                threads.unlock();
            }
        }
    }
}
