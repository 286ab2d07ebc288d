package org.raptiformica.provision;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.raptiformica.config.CacheDirectory;
import org.raptiformica.config.Keys;
import org.raptiformica.config.Mapping;
import org.raptiformica.failure.StepFailed;
import org.raptiformica.host.Command;
import org.raptiformica.host.Host;
import org.raptiformica.host.ShellWords;

/**
 * What of the modules can be used here: a type or platform is available if every {@code available} command below it, on
 * any level, exits with 0 in its time; so one without such a command is. Every question runs the commands again.
 */
public final class Availability {

    private final Host here;
    private final Path directory;
    private final CacheDirectory cache;
    private final Duration limit;

    /**
     * @param directory where the commands run: the program's own, which they get in {@code RAPTIFORMICA_HOME}
     * @param cache commands get its place in {@code RAPTIFORMICA_CACHE_DIR}
     */
    public Availability(Host here, Path directory, CacheDirectory cache) {
        this(here, directory, cache, Duration.ofSeconds(30));
    }

    /** @param limit after which a command counts as failed */
    public Availability(Host here, Path directory, CacheDirectory cache, Duration limit) {
        this.here = here;
        this.directory = directory;
        this.cache = cache;
        this.limit = limit;
    }

    /** The first available name below a prefix, such as {@link Keys#SERVER}; those after it are not asked. */
    public Optional<String> first(Mapping mapping, String prefix) {
        return mapping.children(prefix).stream()
                .filter(name -> isAvailable(mapping, prefix + "/" + name))
                .findFirst();
    }

    /** Whether the type or platform with this prefix is available. */
    public boolean isAvailable(Mapping mapping, String prefix) {
        return mapping.below(prefix).asMap().entrySet().stream()
                .filter(entry -> entry.getKey().endsWith("/" + Keys.AVAILABLE))
                .map(Map.Entry::getValue)
                .distinct()
                .allMatch(this::succeeds);
    }

    private boolean succeeds(String command) {
        String script = "cd " + ShellWords.quote(directory.toString()) + "; " + command;
        try {
            return here.run(Command.of("sh", "-c", script)
                            .withEnvironment(
                                    CacheDirectory.VARIABLE,
                                    cache.root().toAbsolutePath().toString())
                            .withEnvironment("RAPTIFORMICA_HOME", directory.toString())
                            .withLimit(limit))
                    .ok();
        } catch (StepFailed overrun) {
            return false;
        }
    }
}
