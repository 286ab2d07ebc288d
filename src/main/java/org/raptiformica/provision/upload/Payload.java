package org.raptiformica.provision.upload;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.raptiformica.config.CacheDirectory;
import org.raptiformica.config.CacheFiles;
import org.raptiformica.failure.StepFailed;
import org.raptiformica.provision.artifact.Sha256;
import org.raptiformica.provision.artifact.StoredArtifact;

/**
 * All that machines of one platform may have to get, packed once for all of them. Immutable; any number of uploads may
 * use it at once. Closing it deletes the packed copies.
 */
public final class Payload implements AutoCloseable {

    private final List<Item> items;
    private final Path work;

    private Payload(List<Item> items, Path work) {
        this.items = List.copyOf(items);
        this.work = work;
    }

    /**
     * Packs what a client has.
     *
     * @param config the cached config, for a machine that is to become a member; it is sent as it is now
     */
    public static Payload pack(
            CacheDirectory cache, ProgramArchive program, List<StoredArtifact> artifacts, Optional<Path> config) {
        Path work = workDirectory(cache);
        try {
            List<Item> items = new ArrayList<>();
            artifacts.forEach(artifact -> items.add(artifact(artifact)));
            if (config.isPresent()) {
                items.add(config(config.get(), work));
            }
            items.addAll(trees("module", "modules", cache.modules(), ".git"::equals, work));
            items.addAll(trees("repository", "artifacts/repositories", cache.repositories(), name -> false, work));
            items.add(
                    new Item("program", program.sha256(), "program/" + program.id(), "program.tar.gz", program.file()));
            return new Payload(items, work);
        } catch (IOException e) {
            new Payload(List.of(), work).close();
            throw new StepFailed(
                    cache.root().toString(),
                    "it could not be packed for the machines: " + e.getMessage(),
                    "See to it that its files can be read and that there is room in " + work.getParent() + ".");
        }
    }

    List<Item> items() {
        return items;
    }

    @Override
    public void close() {
        try {
            CacheFiles.deleteTree(work);
        } catch (IOException e) {
            // The next command that packs deletes it.
        }
    }

    /** Below the cache directory, not among everybody's temporary files: there are secrets in it. */
    private static Path workDirectory(CacheDirectory cache) {
        Path all = cache.payloads();
        try {
            CacheFiles.makeDirectory(all);
            deleteWhatKilledCommandsLeft(all);
            return Files.createTempDirectory(all, ProcessHandle.current().pid() + "-");
        } catch (IOException e) {
            throw CacheFiles.failure(all, "nothing can be packed in it for the machines", e);
        }
    }

    private static void deleteWhatKilledCommandsLeft(Path all) throws IOException {
        try (Stream<Path> directories = Files.list(all)) {
            for (Path directory : directories.toList()) {
                String pid = directory.getFileName().toString().replaceFirst("-.*", "");
                if (ProcessHandle.of(Long.parseLong(pid)).isEmpty()) {
                    CacheFiles.deleteTree(directory);
                }
            }
        }
    }

    private static Item artifact(StoredArtifact artifact) {
        String path = "artifacts/" + artifact.place();
        return new Item("artifact", artifact.sha256(), path, path + ".gz", artifact.packed());
    }

    /** The config may be written while machines get it: they get a copy. */
    private static Item config(Path config, Path work) throws IOException {
        Path copy = work.resolve("mutable_config.json");
        Files.write(copy, Files.readAllBytes(config));
        return new Item("config", Sha256.of(copy), "mutable_config.json", "mutable_config.json", copy);
    }

    /** What begins with a dot is on its way in or out. */
    private static boolean isWhole(Path child) {
        return Files.isDirectory(child) && !child.getFileName().toString().startsWith(".");
    }

    private static List<Item> trees(String kind, String below, Path directory, Predicate<String> leaveOut, Path work)
            throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        List<Item> found = new ArrayList<>();
        try (Stream<Path> children =
                Files.list(directory).filter(Payload::isWhole).sorted()) {
            for (Path tree : children.toList()) {
                String path = below + "/" + tree.getFileName();
                Path packed = work.resolve(kind + "-" + tree.getFileName() + ".tar.gz");
                PackedTree.write(tree, leaveOut, packed);
                found.add(new Item(kind, Sha256.of(packed), path, path + ".tar.gz", packed));
            }
        }
        return found;
    }
}
