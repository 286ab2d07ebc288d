package org.raptiformica.config.module;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.raptiformica.config.Keys;
import org.raptiformica.config.LoadedModule;
import org.raptiformica.config.LoadedModules;
import org.raptiformica.config.Mapping;
import org.raptiformica.config.Modules;
import org.raptiformica.host.Host;

/** Lists the modules, in the order in which they are merged. */
public final class ModuleCatalogue {

    private final Path builtIn;
    private final Path installed;
    private final Host host;

    /**
     * @param builtIn the modules directory of the program
     * @param installed the modules directory of the user
     * @param host the machine that both are on; git is asked there where a module came from
     */
    public ModuleCatalogue(Path builtIn, Path installed, Host host) {
        this.builtIn = builtIn;
        this.installed = installed;
        this.host = host;
    }

    /** All modules that are there now. */
    public List<ModuleDescription> list() {
        LoadedModules loaded = Modules.load(List.of(builtIn, installed));
        List<Mapping> mappings =
                loaded.modules().stream().map(LoadedModule::mapping).toList();
        return IntStream.range(0, mappings.size())
                .mapToObj(position -> module(loaded.modules(), mappings, position))
                .toList();
    }

    private ModuleDescription module(List<LoadedModule> modules, List<Mapping> mappings, int position) {
        LoadedModule module = modules.get(position);
        Mapping mapping = mappings.get(position);
        boolean isBuiltIn = module.path().startsWith(builtIn);
        List<ModuleDescription.Conflict> overrides = new ArrayList<>();
        List<ModuleDescription.Conflict> overriddenIn = new ArrayList<>();
        mapping.asMap().forEach((key, value) -> {
            last(mappings.subList(0, position), key)
                    .filter(other -> !mappings.get(other).get(key).equals(Optional.of(value)))
                    .ifPresent(other -> overrides.add(new ModuleDescription.Conflict(
                            key, modules.get(other).name())));
            last(mappings, key)
                    .filter(other -> !mappings.get(other).get(key).equals(Optional.of(value)))
                    .ifPresent(other -> overriddenIn.add(new ModuleDescription.Conflict(
                            key, modules.get(other).name())));
        });
        return new ModuleDescription(
                module.name(),
                isBuiltIn,
                module.path(),
                isBuiltIn ? Optional.empty() : Origin.of(module.path(), host),
                mapping.children(Keys.SERVER),
                mapping.children(Keys.COMPUTE),
                handlers(mapping),
                mapping.children(Keys.ARTIFACT),
                overrides,
                overriddenIn,
                module.problems());
    }

    private static Optional<Integer> last(List<Mapping> mappings, String key) {
        for (int position = mappings.size() - 1; position >= 0; position--) {
            if (mappings.get(position).get(key).isPresent()) {
                return Optional.of(position);
            }
        }
        return Optional.empty();
    }

    private static SortedSet<String> handlers(Mapping mapping) {
        SortedSet<String> handlers = new TreeSet<>();
        for (String platform : mapping.children(Keys.PLATFORM)) {
            String hooks = Keys.PLATFORM + "/" + platform + "/hooks";
            for (String hook : mapping.children(hooks)) {
                mapping.children(hooks + "/" + hook)
                        .forEach(handler -> handlers.add(platform + "/" + hook + "/" + handler));
            }
        }
        return handlers;
    }
}
