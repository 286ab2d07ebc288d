package org.raptiformica.provision.upload;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** A directory as a gzipped tar; equal contents give equal bytes: sorted, without owners and times. */
public final class PackedTree {

    private static final FileTime TIME = FileTime.fromMillis(1_000_000_000_000L);

    private PackedTree() {}

    /**
     * Packs a directory, or the one that a link leads to.
     *
     * @param leaveOut directories, by name, that are not packed
     */
    public static void write(Path directory, Predicate<String> leaveOut, Path archive) throws IOException {
        Path tree = directory.toRealPath();
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(archive), 1 << 16);
                TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
            for (Path file : files(tree, leaveOut)) {
                add(tar, tree, file);
            }
        }
    }

    /** Unpacks what {@link #write} packed into a directory that is there and empty; nothing gets outside of it. */
    public static void unpack(Path archive, Path directory) throws IOException {
        Path root = directory.toRealPath();
        try (InputStream in = new GZIPInputStream(Files.newInputStream(archive), 1 << 16);
                TarArchiveInputStream tar = new TarArchiveInputStream(in)) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path place = root.resolve(entry.getName()).normalize();
                Path parent = place.getParent();
                if (parent == null
                        || !place.startsWith(root)
                        || !parent.toRealPath().startsWith(root)) {
                    throw new IOException("the archive has a file outside of itself: " + entry.getName());
                }
                extract(tar, entry, place);
            }
        }
    }

    private static void extract(TarArchiveInputStream tar, TarArchiveEntry entry, Path place) throws IOException {
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(place, Path.of(entry.getLinkName()));
        } else if (entry.isDirectory()) {
            Files.createDirectories(place);
        } else {
            Files.copy(tar, place);
            place.toFile().setExecutable((entry.getMode() & 0100) != 0, false);
        }
    }

    private static List<Path> files(Path tree, Predicate<String> leaveOut) throws IOException {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(tree, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                if (leaveOut.test(directory.getFileName().toString())) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                if (!directory.equals(tree)) {
                    found.add(directory);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                found.add(file);
                return FileVisitResult.CONTINUE;
            }
        });
        found.sort(null);
        return found;
    }

    private static void add(TarArchiveOutputStream tar, Path tree, Path file) throws IOException {
        String name = tree.relativize(file).toString();
        TarArchiveEntry entry = entry(file, name);
        entry.setLastModifiedTime(TIME);
        tar.putArchiveEntry(entry);
        if (entry.isFile() && !entry.isSymbolicLink()) {
            Files.copy(file, tar);
        }
        tar.closeArchiveEntry();
    }

    private static TarArchiveEntry entry(Path file, String name) throws IOException {
        if (Files.isSymbolicLink(file)) {
            TarArchiveEntry link = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
            link.setLinkName(Files.readSymbolicLink(file).toString());
            return link;
        }
        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
            TarArchiveEntry directory = new TarArchiveEntry(name + "/");
            directory.setMode(0755);
            return directory;
        }
        TarArchiveEntry plain = new TarArchiveEntry(name);
        plain.setSize(Files.size(file));
        plain.setMode(Files.isExecutable(file) ? 0755 : 0644);
        return plain;
    }
}
