package org.raptiformica.config.module;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.raptiformica.config.CacheDirectory;
import org.raptiformica.config.CacheFiles;
import org.raptiformica.config.CacheLock;
import org.raptiformica.config.Keys;
import org.raptiformica.config.LoadedModule;
import org.raptiformica.config.ModuleProblem;
import org.raptiformica.config.Modules;
import org.raptiformica.config.Secrets;
import org.raptiformica.failure.BadData;
import org.raptiformica.host.Host;

/**
 * Puts modules into a cache directory and takes them out. A module is there as a whole or not at all: it is fetched and
 * looked at beside the installed ones, and takes the place of an older version by renaming. Safe to use from several
 * threads and processes at once.
 */
public final class ModuleInstaller {

    private static final String NEW = ".new-";
    private static final String OLD = ".old-";
    private static final String GONE = ".gone-";
    private static final Duration WAIT_FOR_OTHERS = Duration.ofSeconds(30);
    private static final Duration LONGEST_INSTALL = Duration.ofDays(1);

    private final Path modules;
    private final Host host;
    private final CacheLock lock;

    /** @param host the machine that the cache directory is on; git runs there */
    public ModuleInstaller(CacheDirectory directory, Host host) {
        this.modules = directory.modules();
        this.host = host;
        this.lock = new CacheLock(modules.resolve(".lock"), WAIT_FOR_OTHERS);
    }

    /**
     * A module that has been installed.
     *
     * @param module what it says; its problems are for the person to know
     * @param origin where it came from
     * @param replaced where the version came from that was there before
     */
    public record Installed(LoadedModule module, Origin origin, Optional<Origin> replaced) {}

    /**
     * Installs a module, or replaces it by what its source has now. When that fails all is as it was before.
     *
     * @throws BadData when there is no such source or ref, it asks for a password, it brings no module file, or a module
     *     from somewhere else has its name
     * @throws org.raptiformica.failure.StepFailed when git fails in another way, or the disk is full
     * @throws org.raptiformica.failure.PrerequisiteMissing when there is no git or no permission to write
     */
    public Installed install(ModuleSource source) {
        return install(source, _ -> {});
    }

    /**
     * The same, where others have to take the module as well.
     *
     * @param others get the new files before they take the place of the old ones; what is thrown there ends the install
     */
    public Installed install(ModuleSource source, Content others) {
        checkName(source);
        Path fresh = modules.resolve(NEW + Secrets.fresh());
        try {
            CacheFiles.makeDirectory(modules);
            Origin origin = new ModuleClone(host).cloneInto(source, fresh);
            checkContent(source, fresh);
            origin.record(fresh);
            others.with(fresh);
            return lock.holding(() -> swap(source, fresh, origin));
        } catch (IOException failed) {
            throw CacheFiles.failure(modules, "cannot be written", failed);
        } finally {
            deleteQuietly(fresh);
        }
    }

    /** Does something with the directory of a module's new files. */
    @FunctionalInterface
    public interface Content {

        /** Makes the files in it, or reads them. */
        void with(Path directory) throws IOException;
    }

    /**
     * Puts a module in place that does not come from git, whatever was there before.
     *
     * @param name of its directory
     * @param content makes its files
     */
    public LoadedModule put(String name, Content content) {
        if (!Keys.isName(name) || name.startsWith(".")) {
            throw new BadData("module '" + name + "'", "is no name of a module", "Give the directory another name.");
        }
        Path target = modules.resolve(name);
        Path fresh = modules.resolve(NEW + Secrets.fresh());
        try {
            CacheFiles.makeDirectory(modules);
            Files.createDirectory(fresh);
            content.with(fresh);
            return lock.holding(() -> putInPlace(target, fresh));
        } catch (IOException failed) {
            throw CacheFiles.failure(target, "cannot be put in its place", failed);
        } finally {
            deleteQuietly(fresh);
        }
    }

    /**
     * Puts a module in place that a program brings, or replaces what it brought before.
     *
     * @param content makes its files; what is thrown there ends the install
     * @throws BadData when a module from somewhere else has its name
     */
    public LoadedModule put(String name, Origin origin, Content content) {
        checkName(name, origin.url(), origin.url()::equals);
        return put(name, content);
    }

    private LoadedModule putInPlace(Path target, Path fresh) {
        try {
            recover();
            try {
                replace(target, fresh);
            } finally {
                recover();
            }
            return Modules.loadOne(target);
        } catch (IOException failed) {
            throw CacheFiles.failure(target, "cannot be put in its place", failed);
        }
    }

    private void checkName(ModuleSource source) {
        checkName(source.name(), source.toString(), source::sameRepository);
    }

    private void checkName(String name, String from, Predicate<String> same) {
        Path present = modules.resolve(name);
        if (!isThere(present)) {
            return;
        }
        Optional<Origin> origin = Origin.of(present, host);
        if (origin.filter(known -> same.test(known.url())).isEmpty()) {
            throw new BadData(
                    from,
                    "a module " + name + " is installed already, from "
                            + origin.map(Origin::url).orElse("elsewhere: raptiformica did not install it"),
                    "Remove that one first: raptiformica install --remove " + name);
        }
    }

    private static void checkContent(ModuleSource source, Path fresh) {
        LoadedModule loaded = Modules.loadOne(fresh);
        if (loaded.files().isEmpty()) {
            String problems = loaded.problems().stream()
                    .map(problem -> new ModuleProblem(
                                    fresh.relativize(problem.file()), problem.at(), problem.found(), problem.expected())
                            .message())
                    .reduce("", (all, one) -> all + "; " + one);
            throw new BadData(
                    source.toString(),
                    "brings no module file, a *.json with the key " + Keys.API_VERSION_NAME + problems,
                    "Check that this is a module for raptiformica.");
        }
    }

    private Installed swap(ModuleSource source, Path fresh, Origin origin) {
        Path target = modules.resolve(source.name());
        checkName(source);
        Optional<Origin> replaced = Origin.of(target, host);
        return new Installed(putInPlace(target, fresh), origin, replaced);
    }

    private void replace(Path target, Path fresh) throws IOException {
        if (isThere(target)) {
            Files.move(target, modules.resolve(OLD + target.getFileName()), StandardCopyOption.ATOMIC_MOVE);
        }
        Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * Removes a module.
     *
     * @param name the name of its directory
     * @throws BadData when there is none of this name
     */
    public void remove(String name) {
        lock.holding(() -> {
            try {
                recover();
                take(name);
                return name;
            } catch (IOException failed) {
                throw CacheFiles.failure(modules.resolve(name), "cannot be removed", failed);
            }
        });
    }

    private void take(String name) throws IOException {
        if (!Keys.isName(name) || name.startsWith(".") || !isThere(modules.resolve(name))) {
            List<String> installed = Modules.load(List.of(modules)).modules().stream()
                    .map(LoadedModule::name)
                    .toList();
            throw new BadData(
                    name,
                    "no such module is installed",
                    installed.isEmpty() ? "None is." : "Installed are: " + String.join(", ", installed) + ".");
        }
        Path gone = modules.resolve(GONE + Secrets.fresh());
        Files.move(modules.resolve(name), gone, StandardCopyOption.ATOMIC_MOVE);
        CacheFiles.deleteTree(gone);
    }

    /** Ends what was begun, perhaps by a process that was killed: an old version whose place is empty comes back. */
    private void recover() throws IOException {
        for (Path left : hidden()) {
            String name = String.valueOf(left.getFileName());
            Path place = modules.resolve(name.startsWith(OLD) ? name.substring(OLD.length()) : name);
            if (name.startsWith(OLD) && !isThere(place)) {
                Files.move(left, place, StandardCopyOption.ATOMIC_MOVE);
            } else if (!name.startsWith(NEW) || isAbandoned(left)) {
                CacheFiles.deleteTree(left);
            }
        }
    }

    private List<Path> hidden() throws IOException {
        try (Stream<Path> children = Files.list(modules)) {
            return children.filter(child ->
                            Stream.of(NEW, OLD, GONE).anyMatch(String.valueOf(child.getFileName())::startsWith))
                    .toList();
        }
    }

    private static boolean isAbandoned(Path left) throws IOException {
        Instant changed =
                Files.getLastModifiedTime(left, LinkOption.NOFOLLOW_LINKS).toInstant();
        return changed.isBefore(Instant.now().minus(LONGEST_INSTALL));
    }

    private static boolean isThere(Path path) {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    }

    private static void deleteQuietly(Path tree) {
        try {
            CacheFiles.deleteTree(tree);
        } catch (IOException leftForLater) {
            // The next install removes it; what happened before matters more.
        }
    }
}
