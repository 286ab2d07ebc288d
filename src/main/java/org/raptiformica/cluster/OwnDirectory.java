package org.raptiformica.cluster;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.raptiformica.config.CacheDirectory;
import org.raptiformica.failure.BadData;

/** Keeps commands that delete a cache directory from deleting what a person named by mistake. */
final class OwnDirectory {

    private OwnDirectory() {}

    /** Throws {@link BadData} where the directory is there and is not one that this program has made. */
    static void require(CacheDirectory cache) {
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

    private static boolean isEmpty(Path directory) {
        String[] names = directory.toFile().list();
        // Locks alone are left where there never was anything else.
        return names != null && Stream.of(names).allMatch(name -> name.endsWith(".lock"));
    }
}
