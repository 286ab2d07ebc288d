package org.raptiformica.config;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Loads modules. A module file is a {@code *.json} with the key {@code raptiformica_api_version}; it is looked for at any
 * depth and flattened: each string becomes the value of a key made of the names that lead to it. Numbers and booleans
 * count as their text. What cannot be in the mapping is left out and told as a problem: lists, null, names that are no
 * part of a key, a value where an object belongs. A file that is no strict JSON is left out as a whole.
 *
 * <p>Symbolic links to files are followed; those to directories only right below a modules directory, so that no link
 * leads in a circle. Names that begin with a dot there, and {@code .git} anywhere, are not looked at.
 */
public final class Modules {

    private Modules() {}

    /**
     * Loads all modules, merged in this order: directory by directory as given, in one directory by the modules' names, in
     * one module by the files' paths. A directory that is not there counts as empty.
     */
    public static LoadedModules load(List<Path> moduleDirectories) {
        List<LoadedModule> modules = new ArrayList<>();
        List<ModuleProblem> problems = new ArrayList<>();
        for (Path directory : moduleDirectories) {
            if (Files.exists(directory)) {
                children(directory, problems).stream()
                        .map(child -> loadIn(directory, child))
                        .forEach(modules::add);
            }
        }
        return new LoadedModules(modules, problems);
    }

    /** Loads one module, a directory or a single file. */
    public static LoadedModule loadOne(Path module) {
        Collector found = new Collector();
        if (Files.isDirectory(module)) {
            found.walk(module);
        } else {
            found.file(module, module);
        }
        return found.module(module);
    }

    private static LoadedModule loadIn(Path directory, Path child) {
        try {
            if (directory.toRealPath().startsWith(child.toRealPath())) {
                return new LoadedModule(
                        name(child),
                        child,
                        List.of(),
                        List.of(new ModuleProblem(child, "", "a link that leads back to where it is", "a module")),
                        List.of());
            }
        } catch (IOException nowhere) {
            // A link that leads nowhere brings nothing: loadOne says so.
        }
        return loadOne(child);
    }

    private static List<Path> children(Path directory, List<ModuleProblem> problems) {
        try (Stream<Path> children = Files.list(directory)) {
            return children.filter(child -> !name(child).startsWith("."))
                    .filter(child -> Files.isDirectory(child) || isJson(child))
                    .sorted(Comparator.comparing(Modules::name))
                    .toList();
        } catch (IOException failed) {
            problems.add(new ModuleProblem(directory, "", "no readable directory", "a directory of modules"));
            return List.of();
        }
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }

    private static boolean isJson(Path file) {
        return name(file).endsWith(".json");
    }

    /** What is found in one module. */
    private static final class Collector {

        private final List<ModuleFile> files = new ArrayList<>();
        private final List<ModuleProblem> problems = new ArrayList<>();
        private final List<Path> skipped = new ArrayList<>();

        LoadedModule module(Path path) {
            return new LoadedModule(name(path), path, files, problems, skipped);
        }

        void walk(Path module) {
            List<Path> found = new ArrayList<>();
            try {
                Path real = module.toRealPath();
                Files.walkFileTree(real, visitor(real, module, found));
            } catch (IOException failed) {
                problems.add(new ModuleProblem(module, "", "a directory that cannot be read", "a module"));
            }
            found.stream().sorted(Comparator.comparing(Path::toString)).forEach(file -> file(file, module));
        }

        private SimpleFileVisitor<Path> visitor(Path real, Path module, List<Path> found) {
            return new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                    return name(directory).equals(".git") ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    // No pipe or device by that name: opening one could wait for ever.
                    if (isJson(file) && Files.isRegularFile(file)) {
                        found.add(module.resolve(real.relativize(file)));
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException failed) {
                    Path shown = module.resolve(real.relativize(file));
                    problems.add(new ModuleProblem(shown, "", "something that cannot be read", "a readable directory"));
                    return FileVisitResult.CONTINUE;
                }
            };
        }

        void file(Path file, Path module) {
            if (!Files.isRegularFile(file)) {
                problems.add(new ModuleProblem(module, "", "neither a file nor a directory", "a module"));
                return;
            }
            Optional<ModuleReader.Reading> reading = ModuleReader.read(file);
            reading.flatMap(ModuleReader.Reading::file).ifPresent(files::add);
            reading.ifPresentOrElse(read -> problems.addAll(read.problems()), () -> skipped.add(file));
        }
    }
}
