package org.raptiformica.config;

import java.util.List;
import java.util.stream.Stream;

/**
 * All modules, in the order in which they are merged.
 *
 * @param modules the modules, also those with nothing but problems
 * @param otherProblems modules directories that cannot be read
 */
public record LoadedModules(List<LoadedModule> modules, List<ModuleProblem> otherProblems) {

    public LoadedModules {
        modules = List.copyOf(modules);
        otherProblems = List.copyOf(otherProblems);
    }

    /** What all modules say together: key by key, the last one wins. */
    public Mapping mapping() {
        return modules.stream().map(LoadedModule::mapping).reduce(Mapping.empty(), Mapping::mergedWith);
    }

    /** Everything that was left out, and why. */
    public List<ModuleProblem> problems() {
        return Stream.concat(
                        otherProblems.stream(),
                        modules.stream().map(LoadedModule::problems).flatMap(List::stream))
                .toList();
    }
}
