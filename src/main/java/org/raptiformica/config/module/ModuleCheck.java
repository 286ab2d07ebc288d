package org.raptiformica.config.module;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.raptiformica.config.Keys;
import org.raptiformica.config.LoadedModule;
import org.raptiformica.config.Mapping;
import org.raptiformica.config.Modules;
import org.raptiformica.failure.BadData;

/**
 * A module under development, looked at closely.
 *
 * @param module what was loaded, with its problems
 * @param advice what is allowed and perhaps not meant, a sentence each: misspelt fields, an entry that does nothing, JSON
 *     files that are no module files
 */
public record ModuleCheck(LoadedModule module, List<String> advice) {

    private static final Set<String> SERVER_FIELDS = Set.of("source", "bootstrap", "available");
    private static final Set<String> COMPUTE_FIELDS = Set.of(
            "available",
            "source",
            "start_instance",
            "get_hostname",
            "get_port",
            "detect_stale_instance",
            "clean_up_instance_command",
            "package");
    private static final Set<String> HANDLER_FIELDS = Set.of("predicate", "command", "available");

    public ModuleCheck {
        advice = List.copyOf(advice);
    }

    /**
     * Checks a module's directory or a single module file.
     *
     * @param builtIn the program's own modules: what they give need not be given again
     * @throws BadData when nothing is there
     */
    public static ModuleCheck of(Path path, Path builtIn) {
        if (!Files.exists(path)) {
            throw new BadData(
                    path.toString(), "there is no such file or directory", "Name a module's directory or file.");
        }
        LoadedModule module = Modules.loadOne(path);
        List<String> advice = new ArrayList<>();
        if (module.files().isEmpty()) {
            advice.add("It brings no module file: a *.json with the key " + Keys.API_VERSION_NAME + ".");
        }
        module.skipped()
                .forEach(file -> advice.add(file + " is no module file: it has no key " + Keys.API_VERSION_NAME
                        + ", or is larger than 16 MiB."));
        new Advisor(module.mapping(), Modules.load(List.of(builtIn)).mapping().mergedWith(module.mapping()), advice)
                .advise();
        return new ModuleCheck(module, advice);
    }

    /** Whether it brings something and nothing of it had to be left out. */
    public boolean ok() {
        return !module.files().isEmpty() && module.problems().isEmpty();
    }

    private record Advisor(Mapping own, Mapping whole, List<String> advice) {

        void advise() {
            entries(Keys.SERVER).forEach(entry -> {
                knownFields(entry, SERVER_FIELDS);
                needed(entry, "bootstrap", "provisions nothing");
            });
            entries(Keys.COMPUTE).forEach(entry -> {
                knownFields(entry, COMPUTE_FIELDS);
                needed(entry, "source", "has no files to boot from");
                needed(entry, "start_instance", "boots nothing");
                needed(entry, "get_hostname", "has instances that cannot be found");
                needed(entry, "get_port", "has instances that cannot be found");
            });
            for (String platform : own.children(Keys.PLATFORM)) {
                entries(Keys.PLATFORM + "/" + platform + "/hooks").forEach(handler -> {
                    knownFields(handler, HANDLER_FIELDS);
                    needed(handler, "command", "does nothing");
                });
            }
        }

        private List<String> entries(String prefix) {
            return own.children(prefix).stream()
                    .flatMap(type ->
                            own.children(prefix + "/" + type).stream().map(name -> prefix + "/" + type + "/" + name))
                    .filter(entry -> !own.below(entry).isEmpty())
                    .toList();
        }

        private void knownFields(String entry, Set<String> known) {
            own.children(entry).stream()
                    .filter(field -> !known.contains(field) && !field.equals("description"))
                    .forEach(field -> advice.add("%s/%s means nothing to raptiformica: it knows %s."
                            .formatted(
                                    entry,
                                    field,
                                    String.join(", ", known.stream().sorted().toList()))));
        }

        private void needed(String entry, String field, String without) {
            if (whole.get(entry + "/" + field).isEmpty()) {
                advice.add("%s has no %s, so it %s.".formatted(entry, field, without));
            }
        }
    }
}
