package org.raptiformica.compute;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.raptiformica.config.CacheDirectory;
import org.raptiformica.host.Command;
import org.raptiformica.host.LineListener;
import org.raptiformica.host.LocalHost;
import org.raptiformica.host.Outcome;
import org.raptiformica.host.ShellWords;

/** Runs the commands of compute types as module files expect it: {@code sh -c 'cd DIR; COMMAND'}, without input. */
final class ModuleShell {

    private final LocalHost host = new LocalHost();
    private final Map<String, String> environment;

    ModuleShell(CacheDirectory cache, Path program) {
        this.environment = Map.of(
                CacheDirectory.VARIABLE,
                cache.root().toAbsolutePath().toString(),
                "RAPTIFORMICA_HOME",
                program.toAbsolutePath().toString());
    }

    Outcome run(Path directory, String command, Map<String, String> more, Duration limit, LineListener live) {
        Map<String, String> all = new TreeMap<>(environment);
        all.putAll(more);
        String script = "cd " + ShellWords.quote(directory.toAbsolutePath().toString()) + "; " + command;
        Command shell = Command.of(List.of("sh", "-c", script)).in(directory).withLimit(limit);
        for (Map.Entry<String, String> variable : all.entrySet()) {
            shell = shell.withEnvironment(variable.getKey(), variable.getValue());
        }
        return host.run(shell, live);
    }
}
