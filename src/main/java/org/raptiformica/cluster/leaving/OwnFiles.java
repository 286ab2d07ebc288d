package org.raptiformica.cluster.leaving;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.raptiformica.config.CacheDirectory;
import org.raptiformica.config.CacheFiles;
import org.raptiformica.failure.BadData;

/** Deletes what is this program's, and keeps commands from deleting what a person named by mistake. */
public final class OwnFiles {

    private OwnFiles() {}

    /**
     * Lets a directory pass that this program has made, or that is empty or not there.
     *
     * @throws BadData where it is another one, or one that holds the home directory
     */
    public static void requireDirectory(CacheDirectory cache) {
        Path root = cache.root().toAbsolutePath().normalize();
        boolean holdsHome = Path.of(System.getProperty("user.home", "/")).startsWith(root);
        boolean ours = Stream.of(cache.mutableConfig(), cache.machines(), cache.artifacts(), cache.sshKey())
                .anyMatch(Files::exists);
        if (Files.exists(root) && (holdsHome || !(ours || isEmpty(root)))) {
            throw new BadData(
                    root.toString(),
                    "it is no cache directory of raptiformica",
                    "Nothing was removed. Give the right one with --cache-dir.");
        }
    }

    /**
     * Deletes a file or a whole directory, or nothing where there is none; links are deleted, not followed.
     *
     * @throws UncheckedIOException where it cannot be deleted
     */
    public static void delete(Path path) {
        try {
            CacheFiles.deleteTree(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isEmpty(Path directory) {
        String[] names = directory.toFile().list();
        // Locks alone are left where there never was anything else.
        return names != null && Stream.of(names).allMatch(name -> name.endsWith(".lock"));
    }
}
