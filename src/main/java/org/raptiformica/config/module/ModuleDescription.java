package org.raptiformica.config.module;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import org.raptiformica.config.ModuleProblem;

/**
 * A module as a person sees it.
 *
 * @param name the name of its directory
 * @param builtIn whether it came with the program
 * @param path its directory
 * @param origin where it was installed from, where that is known
 * @param serverTypes the server types that it adds to
 * @param computeTypes the compute types that it adds to
 * @param handlers its hook handlers, as {@code platform/hook/handler}
 * @param artifacts the tools of which it describes artifacts
 * @param overrides the keys to which it gives another value than a module before it
 * @param overriddenIn the keys to which a module after it gives another value
 * @param problems what is wrong in it and was left out
 */
public record ModuleDescription(
        String name,
        boolean builtIn,
        Path path,
        Optional<Origin> origin,
        SortedSet<String> serverTypes,
        SortedSet<String> computeTypes,
        SortedSet<String> handlers,
        SortedSet<String> artifacts,
        List<Conflict> overrides,
        List<Conflict> overriddenIn,
        List<ModuleProblem> problems) {

    /**
     * A key that two modules give different values.
     *
     * @param key the key
     * @param module the other module's name
     */
    public record Conflict(String key, String module) {}
}
