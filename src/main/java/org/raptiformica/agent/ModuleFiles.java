package org.raptiformica.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.raptiformica.cluster.api.ModulePart;
import org.raptiformica.cluster.api.PackedModule;
import org.raptiformica.config.CacheDirectory;
import org.raptiformica.config.CacheFiles;
import org.raptiformica.config.Change;
import org.raptiformica.config.Keys;
import org.raptiformica.config.Mapping;
import org.raptiformica.config.Modules;
import org.raptiformica.config.NodePaths;
import org.raptiformica.config.module.ModuleCatalogue;
import org.raptiformica.config.module.ModuleDescription;
import org.raptiformica.config.module.ModuleInstaller;
import org.raptiformica.config.module.Origin;
import org.raptiformica.consensus.ModuleArchives;
import org.raptiformica.consensus.ModuleArchives.About;
import org.raptiformica.consensus.SharedConfig;
import org.raptiformica.failure.BadData;
import org.raptiformica.failure.StepFailed;
import org.raptiformica.host.Host;
import org.raptiformica.provision.upload.PackedTree;

/**
 * The files of modules on this node and in Consul. What Consul has counts; files that it has never heard of came with a
 * client's upload, and it is told of them. Which archive a module's files were unpacked from is kept where the upload keeps
 * it, so that neither does again what the other has done. Thread-safe.
 */
final class ModuleFiles {

    private final ModuleArchives archives;
    private final SharedConfig store;
    private final CacheDirectory cache;
    private final Path builtIn;
    private final Host here;
    private final ModuleInstaller installer;
    private final ModuleCatalogue catalogue;
    private final Set<String> tooLarge = new HashSet<>();

    ModuleFiles(ModuleArchives archives, SharedConfig store, NodePaths paths, Host here) {
        this.archives = archives;
        this.store = store;
        this.here = here;
        this.cache = paths.cache();
        this.builtIn = paths.program().resolve("modules");
        this.installer = new ModuleInstaller(cache, here);
        this.catalogue = new ModuleCatalogue(builtIn, cache.modules(), here);
    }

    /** Makes this node's files those that Consul has. Returns what was done, a few words each. */
    synchronized List<String> sync() {
        Map<String, About> known = archives.all();
        List<String> done = new ArrayList<>();
        try {
            for (About about : known.values()) {
                follow(about).ifPresent(done::add);
            }
            for (String name : present()) {
                if (!known.containsKey(name)) {
                    offer(name).ifPresent(done::add);
                }
            }
        } catch (IOException failed) {
            throw new StepFailed(
                    cache.modules().toString(),
                    "the files of modules cannot be kept: " + failed.getMessage(),
                    "See whether the disk is full.");
        }
        return done;
    }

    /** The installed modules. */
    List<ModuleDescription> list() {
        return catalogue.list().stream().filter(module -> !module.builtIn()).toList();
    }

    void putPart(ModulePart part) {
        archives.putPart(checked(part.module()), part.sha256(), part.number(), part.base64());
    }

    /** Lets an archive count: its files are here and its definitions in the shared config when this returns. */
    synchronized void put(PackedModule module) {
        Set<String> keys = new TreeSet<>(storedKeys(checked(module.name())));
        archives.put(new About(module.name(), Optional.of(module.sha256()), module.parts(), module.origin()));
        sync();
        keys.addAll(keysOf(cache.module(module.name())));
        define(keys);
    }

    /** Takes a module away, here and in Consul. */
    synchronized void remove(String name) {
        Set<String> keys = new TreeSet<>(storedKeys(checked(name)));
        if (keys.isEmpty() && !Files.isDirectory(cache.module(name))) {
            throw new BadData(name, "no such module is installed in the cluster", "Installed are: " + installed());
        }
        keys.addAll(keysOf(cache.module(name)));
        archives.remove(name);
        sync();
        define(keys);
    }

    private String installed() {
        List<String> names = archives.all().values().stream()
                .filter(about -> about.sha256().isPresent())
                .map(About::name)
                .toList();
        return names.isEmpty() ? "none." : String.join(", ", names) + ".";
    }

    /** Gives these keys of the shared config the values that the modules on this node give them together. */
    private void define(Set<String> keys) {
        Mapping modules = Modules.load(List.of(builtIn, cache.modules())).mapping();
        store.write(seen -> keys.stream()
                // The secrets and the nodes are the cluster's own, whatever a module says.
                .filter(key -> !key.startsWith(Keys.below("meshnet") + "/"))
                .filter(key -> !seen.mapping().get(key).equals(modules.get(key)))
                .map(key -> modules.get(key)
                        .<Change>map(value -> new Change.Set(key, value))
                        .orElseGet(() -> new Change.Delete(key)))
                .toList());
    }

    /** The keys of the version that Consul has; the files on the disk may be those of another one. */
    private Set<String> storedKeys(String name) {
        Optional<About> about = Optional.ofNullable(archives.all().get(name));
        if (about.flatMap(About::sha256).isEmpty()) {
            return Set.of();
        }
        try {
            Path work = Files.createTempDirectory("raptiformica-module");
            try {
                Path archive = work.resolve("archive.tar.gz");
                Path unpacked = Files.createDirectory(work.resolve("module"));
                if (!archives.fetch(about.get(), archive)) {
                    return Set.of();
                }
                PackedTree.unpack(archive, unpacked);
                return keysOf(unpacked);
            } finally {
                CacheFiles.deleteTree(work);
            }
        } catch (IOException failed) {
            throw new StepFailed(
                    "module " + name, "it cannot be unpacked: " + failed.getMessage(), "See whether the disk is full.");
        }
    }

    private static Set<String> keysOf(Path module) {
        return Files.isDirectory(module)
                ? Modules.loadOne(module).mapping().asMap().keySet()
                : Set.of();
    }

    private Optional<String> follow(About about) throws IOException {
        Path module = cache.module(checked(about.name()));
        if (about.sha256().isEmpty()) {
            if (!Files.isDirectory(module)) {
                return Optional.empty();
            }
            Files.deleteIfExists(delivered(about.name()));
            installer.remove(about.name());
            return Optional.of("removed " + about.name());
        }
        if (Files.isDirectory(module) && about.sha256().equals(deliveredSum(about.name()))) {
            return Optional.empty();
        }
        return fetch(about) ? Optional.of("installed " + about.name() + " from " + about.origin()) : Optional.empty();
    }

    /** False where the archive is being replaced at this moment: the watch tells when it is there. */
    private boolean fetch(About about) throws IOException {
        Path archive = Files.createTempFile("raptiformica-module", ".tar.gz");
        try {
            if (!archives.fetch(about, archive)) {
                return false;
            }
            Files.deleteIfExists(delivered(about.name()));
            installer.put(about.name(), directory -> PackedTree.unpack(archive, directory));
            deliver(about.name(), about.sha256().orElseThrow());
            return true;
        } finally {
            Files.delete(archive);
        }
    }

    private Optional<String> offer(String name) throws IOException {
        if (tooLarge.contains(name)) {
            return Optional.empty();
        }
        Path archive = Files.createTempFile("raptiformica-module", ".tar.gz");
        try {
            PackedTree.write(cache.module(name), ".git"::equals, archive);
            About about = ModuleArchives.split(
                    name, archive, origin(name), (sum, number, base64) -> archives.putPart(name, sum, number, base64));
            if (!archives.putNew(about)) {
                return Optional.empty();
            }
            deliver(name, about.sha256().orElseThrow());
            return Optional.of("told the others of " + name);
        } catch (BadData large) {
            tooLarge.add(name);
            return Optional.of(large.what());
        } finally {
            Files.delete(archive);
        }
    }

    private String origin(String name) {
        return Origin.of(cache.module(name), here).map(Origin::toString).orElse("an upload");
    }

    private List<String> present() throws IOException {
        if (!Files.isDirectory(cache.modules())) {
            return List.of();
        }
        try (Stream<Path> children = Files.list(cache.modules())) {
            return children.filter(Files::isDirectory)
                    .map(child -> String.valueOf(child.getFileName()))
                    .filter(name -> !name.startsWith(".") && Keys.isName(name))
                    .toList();
        }
    }

    private Path delivered(String name) {
        return cache.root().resolve("var/delivered/module").resolve(name);
    }

    private Optional<String> deliveredSum(String name) throws IOException {
        Path file = delivered(name);
        return Files.exists(file) ? Optional.of(Files.readString(file).strip()) : Optional.empty();
    }

    private void deliver(String name, String sum) throws IOException {
        Files.createDirectories(delivered(name).getParent());
        Files.writeString(delivered(name), sum + "\n");
    }

    private static String checked(String name) {
        if (!Keys.isName(name) || name.startsWith(".")) {
            throw new BadData("module '" + name + "'", "is no name of a module", "Give the directory another name.");
        }
        return name;
    }
}
