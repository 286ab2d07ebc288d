package org.raptiformica.agent.module;

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
import org.raptiformica.consensus.ModuleArchives.Archive;
import org.raptiformica.consensus.SharedConfig;
import org.raptiformica.consul.Consistency;
import org.raptiformica.consul.ConsulException;
import org.raptiformica.failure.BadData;
import org.raptiformica.failure.StepFailed;
import org.raptiformica.host.Host;
import org.raptiformica.provision.upload.PackedTree;

/**
 * The files of modules on this node and in Consul. What Consul has counts; files that it has never heard of came with a
 * client's upload, and it is told of them. Which archive a module's files were unpacked from is kept where the upload keeps
 * it, so that neither does again what the other has done. Thread-safe.
 */
public final class ModuleFiles {

    private final ModuleArchives archives;
    private final SharedConfig store;
    private final CacheDirectory cache;
    private final Path builtIn;
    private final Host here;
    private final ModuleInstaller installer;
    private final ModuleCatalogue catalogue;
    private final Set<String> tooLarge = new HashSet<>();

    /** The files of modules on this node, told by their places. */
    public ModuleFiles(ModuleArchives archives, SharedConfig store, NodePaths paths, Host here) {
        this.archives = archives;
        this.store = store;
        this.here = here;
        this.cache = paths.cache();
        this.builtIn = paths.program().resolve("modules");
        this.installer = new ModuleInstaller(cache, here);
        this.catalogue = new ModuleCatalogue(builtIn, cache.modules(), here);
    }

    /** Makes this node's files those that Consul has, and the definitions those of the files. Returns what was done. */
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
            for (About about : archives.all().values()) {
                if (!about.settled() && follows(about) && define(keysOf(about), about)) {
                    archives.settle(about);
                    done.add("defined what " + about.name() + " brings");
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
    public List<ModuleDescription> list() {
        return catalogue.list().stream().filter(module -> !module.builtIn()).toList();
    }

    /** Keeps a part of an archive in Consul; it counts when {@link #put} says so. */
    public void putPart(ModulePart part) {
        archives.putPart(checked(part.module()), part.sha256(), part.number(), part.base64());
    }

    /**
     * Lets an archive count. Its files are here then and its definitions in the shared config; where that fails half-way
     * the agents see to the rest.
     *
     * @throws StepFailed when another was quicker; then all is as that one made it
     */
    public synchronized void put(PackedModule module) {
        replace(
                checked(module.name()),
                settled(module.name()),
                Optional.of(new Archive(module.sha256(), module.parts())),
                module.origin());
    }

    /**
     * Takes a module away, here and in Consul.
     *
     * @throws BadData when there is none of this name
     */
    public synchronized void remove(String name) {
        Optional<About> before = settled(checked(name));
        if (before.flatMap(About::archive).isEmpty() && !Files.isDirectory(cache.module(name))) {
            throw new BadData(name, "no such module is installed in the cluster", "Installed are: " + installed());
        }
        replace(name, before, Optional.empty(), "");
    }

    /** What counts now of a module, once a change of it that was cut off has been brought to its end. */
    private Optional<About> settled(String name) {
        if (archives.get(name).filter(about -> !about.settled()).isPresent()) {
            sync();
        }
        return archives.get(name);
    }

    private void replace(String name, Optional<About> before, Optional<Archive> archive, String origin) {
        boolean unfinished = before.filter(about -> !about.settled()).isPresent();
        if (unfinished || !archives.replace(before, name, archive, origin)) {
            throw new StepFailed(
                    "module " + name,
                    "another client installs or removes it at this moment",
                    "See with `raptiformica modules` what came of it, then run the command again.");
        }
        try {
            sync();
        } catch (ConsulException | StepFailed later) {
            // What counts is decided: to say that nothing happened would be wrong, and each node's next round does the
            // rest.
        }
    }

    private String installed() {
        List<String> names = archives.all().values().stream()
                .filter(about -> about.archive().isPresent())
                .map(About::name)
                .toList();
        return names.isEmpty() ? "none." : String.join(", ", names) + ".";
    }

    /**
     * Gives these keys of the shared config the values that the modules on this node give them together, as long as this
     * change counts. False where there is no shared config yet that could have them.
     */
    private boolean define(Set<String> keys, About about) {
        if (store.read(Consistency.DEFAULT).isEmpty()) {
            return false;
        }
        Mapping modules = Modules.load(List.of(builtIn, cache.modules())).mapping();
        store.write(
                seen -> archives.get(about.name()).equals(Optional.of(about))
                        ? changes(keys, modules, seen.mapping())
                        : List.of(),
                about.guard());
        return true;
    }

    private static List<Change> changes(Set<String> keys, Mapping modules, Mapping seen) {
        return keys.stream()
                // The secrets and the nodes are the cluster's own, whatever a module says.
                .filter(key -> !key.startsWith(Keys.below("meshnet") + "/"))
                .filter(key -> !seen.get(key).equals(modules.get(key)))
                .map(key -> modules.get(key)
                        .<Change>map(value -> new Change.Set(key, value))
                        .orElseGet(() -> new Change.Delete(key)))
                .toList();
    }

    /** The keys of a change: those of the version before and those of the one that counts. */
    private Set<String> keysOf(About about) throws IOException {
        Set<String> keys = new TreeSet<>(keysOf(cache.module(about.name())));
        if (about.replaced().isPresent()) {
            keys.addAll(keysOf(about.name(), about.replaced().get()));
        }
        return keys;
    }

    private Set<String> keysOf(String name, Archive archive) throws IOException {
        Path work = Files.createTempDirectory("raptiformica-module");
        try {
            Path file = work.resolve("archive.tar.gz");
            Path unpacked = Files.createDirectory(work.resolve("module"));
            if (!archives.fetch(name, archive, file)) {
                return Set.of();
            }
            PackedTree.unpack(file, unpacked);
            return keysOf(unpacked);
        } finally {
            CacheFiles.deleteTree(work);
        }
    }

    private static Set<String> keysOf(Path module) {
        return Files.isDirectory(module)
                ? Modules.loadOne(module).mapping().asMap().keySet()
                : Set.of();
    }

    private boolean follows(About about) throws IOException {
        boolean there = Files.isDirectory(cache.module(checked(about.name())));
        return about.archive().isEmpty()
                ? !there
                : there && about.archive().map(Archive::sha256).equals(deliveredSum(about.name()));
    }

    private Optional<String> follow(About about) throws IOException {
        if (follows(about)) {
            return Optional.empty();
        }
        if (about.archive().isEmpty()) {
            Files.deleteIfExists(delivered(about.name()));
            installer.remove(about.name());
            return Optional.of("removed " + about.name());
        }
        return fetch(about.name(), about.archive().get())
                ? Optional.of("installed " + about.name() + " from " + about.origin())
                : Optional.empty();
    }

    /** False where the archive is being replaced at this moment: the watch tells when it is there. */
    private boolean fetch(String name, Archive archive) throws IOException {
        Path file = Files.createTempFile("raptiformica-module", ".tar.gz");
        try {
            if (!archives.fetch(name, archive, file)) {
                return false;
            }
            Files.deleteIfExists(delivered(name));
            installer.put(name, directory -> PackedTree.unpack(file, directory));
            deliver(name, archive.sha256());
            return true;
        } finally {
            Files.delete(file);
        }
    }

    private Optional<String> offer(String name) throws IOException {
        if (tooLarge.contains(name)) {
            return Optional.empty();
        }
        Path file = Files.createTempFile("raptiformica-module", ".tar.gz");
        try {
            PackedTree.write(cache.module(name), ".git"::equals, file);
            Archive archive = ModuleArchives.split(
                    name, file, (sum, number, base64) -> archives.putPart(name, sum, number, base64));
            if (!archives.replace(Optional.empty(), name, Optional.of(archive), origin(name))) {
                archives.sweep(name);
                return Optional.empty();
            }
            deliver(name, archive.sha256());
            return Optional.of("told the others of " + name);
        } catch (BadData large) {
            tooLarge.add(name);
            return Optional.of(large.what());
        } finally {
            Files.delete(file);
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
