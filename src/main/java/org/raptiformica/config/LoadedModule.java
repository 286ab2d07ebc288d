package org.raptiformica.config;

import java.nio.file.Path;
import java.util.List;

/**
 * One module: a directory right below a modules directory, with all module files in it. A file right below a modules
 * directory is a module of its own.
 *
 * @param name the name of the directory or file
 * @param path where it is
 * @param files its module files, in the order in which they are merged
 * @param problems what is wrong in them
 * @param skipped JSON files that are no module files
 */
public record LoadedModule(
        String name, Path path, List<ModuleFile> files, List<ModuleProblem> problems, List<Path> skipped) {

    public LoadedModule {
        files = List.copyOf(files);
        problems = List.copyOf(problems);
        skipped = List.copyOf(skipped);
    }

    /** What its files say together. */
    public Mapping mapping() {
        return files.stream().map(ModuleFile::mapping).reduce(Mapping.empty(), Mapping::mergedWith);
    }
}
