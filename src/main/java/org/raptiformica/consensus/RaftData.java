package org.raptiformica.consensus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.raptiformica.config.CacheFiles;

/**
 * A server's copy of the store on its disk. What is not to be used any more is moved aside, never deleted: a server that
 * came back with the data of an earlier time would vote by a configuration that is over.
 */
public final class RaftData {

    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final Path data;
    private final Path aside;

    /**
     * @param data Consul's data directory
     * @param aside where copies go, outside of it; where that is another file system, data that is moved stays below
     *     Consul's directory
     */
    public RaftData(Path data, Path aside) {
        this.data = data;
        this.aside = aside;
    }

    /** Whether this node has a copy. */
    public boolean present() {
        return Files.isDirectory(raft());
    }

    /** Consul's directory for it. */
    public Path raft() {
        return data.resolve("raft");
    }

    /**
     * Copies it aside, as it is to be changed. Returns where the copy is.
     *
     * @throws UncheckedIOException if that fails
     */
    public Path copyAside(Instant now) {
        Path place = aside.resolve("raft-" + DATE.format(now));
        try (Stream<Path> files = Files.walk(raft())) {
            Files.createDirectories(aside);
            for (Path file : files.toList()) {
                Files.copy(file, place.resolve(raft().relativize(file).toString()), StandardCopyOption.COPY_ATTRIBUTES);
            }
            return place;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /**
     * Moves it aside, if there is any; Consul must not run as a server. Returns where it is now.
     *
     * @throws UncheckedIOException if that fails; it is then where it was
     */
    public Optional<Path> setAside(Instant now) {
        if (!present()) {
            return Optional.empty();
        }
        try {
            return Optional.of(moved(now));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private Path moved(Instant now) throws IOException {
        String name = "raft-" + DATE.format(now);
        try {
            return Files.move(raft(), Files.createDirectories(aside).resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException anotherFileSystem) {
            return Files.move(
                    raft(), Files.createDirectories(asideHere()).resolve(name), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /** Consul leaves what it does not know in its directory alone. */
    private Path asideHere() {
        return data.resolve("raft-aside");
    }

    /**
     * Deletes all but the newest of the copies that were moved or copied aside. Returns how many.
     *
     * @throws UncheckedIOException if that fails
     */
    public int keepNewest(int many) {
        try {
            List<Path> old = Stream.concat(copies(aside), copies(asideHere()))
                    .sorted(Comparator.comparing(
                                    (Path copy) -> copy.getFileName().toString())
                            .reversed())
                    .skip(many)
                    .toList();
            for (Path copy : old) {
                CacheFiles.deleteTree(copy);
            }
            return old.size();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static Stream<Path> copies(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return Stream.empty();
        }
        try (Stream<Path> found = Files.list(directory)) {
            return found.filter(copy -> copy.getFileName().toString().startsWith("raft-")).toList().stream();
        }
    }
}
