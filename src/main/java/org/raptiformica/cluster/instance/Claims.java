package org.raptiformica.cluster.instance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which instances are on their way, and which have arrived. An instance that is neither was left half-way by a command
 * that was interrupted or failed: the next spawn claims it and goes on. A claim ends with its process, however that ends.
 */
final class Claims {

    private final Path directory;

    /**
     * @param machines the directory of the instances' checkouts
     */
    Claims(Path machines) {
        this.directory = machines.resolveSibling("claims");
    }

    /** The right to work on an instance; absent while another thread or process has it. */
    Optional<Claim> take(String instance) {
        try {
            Files.createDirectories(directory);
            FileChannel channel = FileChannel.open(
                    directory.resolve(instance + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            Optional<FileLock> lock = tryLock(channel);
            if (lock.isEmpty()) {
                channel.close();
            }
            return lock.map(_ -> new Claim(channel));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<FileLock> tryLock(FileChannel channel) throws IOException {
        try {
            return Optional.ofNullable(channel.tryLock());
        } catch (OverlappingFileLockException anotherThread) {
            return Optional.empty();
        }
    }

    /** Whether all that was asked for the instance was done once. */
    boolean arrived(String instance) {
        return Files.exists(directory.resolve(instance + ".arrived"));
    }

    /** All that was asked for the instance is done. */
    void arrive(String instance) {
        try {
            Files.createDirectories(directory);
            Path file = directory.resolve(instance + ".arrived");
            if (!Files.exists(file)) {
                Files.createFile(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The instance is no more. */
    void forget(String instance) {
        try {
            Files.deleteIfExists(directory.resolve(instance + ".arrived"));
            Files.deleteIfExists(directory.resolve(instance + ".lock"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Forgets what is noted of instances that are no more, but for those that somebody works on at this moment. */
    void keepOnly(Set<String> instances) {
        for (String claimed : claimed()) {
            if (!instances.contains(claimed)) {
                take(claimed).ifPresent(claim -> {
                    try (claim) {
                        forget(claimed);
                    }
                });
            }
        }
    }

    private Set<String> claimed() {
        if (!Files.isDirectory(directory)) {
            return Set.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString().replaceFirst("\\.(lock|arrived)$", ""))
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The right to work on an instance. */
    record Claim(FileChannel channel) implements AutoCloseable {

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
