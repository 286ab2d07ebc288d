package org.raptiformica.compute;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.NavigableSet;
import java.util.SortedSet;
import java.util.TreeSet;
import org.raptiformica.config.CacheDirectory;
import org.raptiformica.config.Keys;
import org.raptiformica.config.Mapping;
import org.raptiformica.failure.BadData;
import org.raptiformica.failure.PrerequisiteMissing;
import org.raptiformica.failure.StepFailed;

/** The compute types that the modules bring, and which of them work on this machine. */
public final class ComputeTypes {

    private static final String AVAILABLE = "/available";

    private final Mapping mapping;
    private final Path program;
    private final ModuleShell shell;
    private final Duration limit;

    /**
     * @param program the program's directory, where {@code available} commands run
     * @param limit after which an {@code available} command counts as failed
     */
    public ComputeTypes(Mapping mapping, CacheDirectory cache, Path program, Duration limit) {
        this.mapping = mapping;
        this.program = program;
        this.shell = new ModuleShell(cache, program);
        this.limit = limit;
    }

    /** All of them, whether they work here or not. */
    public SortedSet<String> all() {
        return mapping.children(Keys.COMPUTE);
    }

    /** Those of which every {@code available} command exits with 0. */
    public SortedSet<String> available() {
        NavigableSet<String> available = new TreeSet<>();
        all().parallelStream().filter(this::isAvailable).toList().forEach(available::add);
        return available;
    }

    /** Whether every {@code available} command below a type exits with 0 in its time. */
    public boolean isAvailable(String name) {
        return mapping.below(Keys.computeType(name)).asMap().entrySet().stream()
                .filter(entry -> entry.getKey().endsWith(AVAILABLE))
                .map(Map.Entry::getValue)
                .distinct()
                .allMatch(this::succeeds);
    }

    private boolean succeeds(String command) {
        try {
            return shell.run(program, command, Map.of(), limit, line -> {}).ok();
        } catch (StepFailed neverEnds) {
            return false;
        }
    }

    /**
     * The compute type that is used where a person names none: the first available one.
     *
     * @throws PrerequisiteMissing when none is available
     */
    public String first() {
        for (String name : all()) {
            if (isAvailable(name)) {
                return name;
            }
        }
        throw new PrerequisiteMissing(
                "compute types",
                "none of them can be used on this machine: " + ComputeType.orNothing(all()),
                "Install what one of them needs, as Docker (Debian and Ubuntu: apt-get install docker.io),"
                        + " or use `raptiformica slave` with machines that run already.");
    }

    /**
     * A compute type by name.
     *
     * @throws BadData when no module brings it, or not for this server type
     */
    public ComputeType get(String name, String serverType) {
        if (!all().contains(name)) {
            throw unknown(name, all());
        }
        return ComputeType.of(mapping, name, serverType);
    }

    private static BadData unknown(String name, Collection<String> known) {
        return new BadData(
                "compute type " + name,
                "is brought by no module",
                "There are: %s. Choose one of them, or install a module that brings it."
                        .formatted(ComputeType.orNothing(known)));
    }
}
