package org.raptiformica.provision;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.raptiformica.config.NodePaths;
import org.raptiformica.failure.StepFailed;
import org.raptiformica.host.Command;
import org.raptiformica.host.Host;
import org.raptiformica.host.Input;
import org.raptiformica.host.LineListener;
import org.raptiformica.host.Outcome;
import org.raptiformica.host.ShellWords;

/**
 * Provisions a machine as a server type says: each entry's source is brought to {@code /usr/etc/<name>}, then
 * {@code cd /usr/etc/<name>; <bootstrap>} runs there, up to three times, 20 minutes each.
 */
public final class ServerTypeProvisioner {

    private static final int ATTEMPTS = 3;
    private static final Duration CHECKOUT_LIMIT = Duration.ofMinutes(10);

    private final NodePaths paths;
    private final Duration limit;

    /** @param paths where things are on the machine */
    public ServerTypeProvisioner(NodePaths paths) {
        this(paths, Duration.ofMinutes(20));
    }

    /** @param limit for one attempt */
    ServerTypeProvisioner(NodePaths paths, Duration limit) {
        this.paths = paths;
        this.limit = limit;
    }

    /**
     * Provisions a machine.
     *
     * @param type the server type's name, which the machine remembers
     * @param entries in the order in which they run
     * @param live hears what the bootstraps print
     * @return two steps an entry that has a source, one for others
     * @throws StepFailed when a source cannot be had or a bootstrap failed three times
     */
    public List<StepResult> provision(Host host, String type, List<ServerTypeEntry> entries, LineListener live) {
        host.run(Command.of("sh", "-c", "mkdir -p \"${1%/*}\" && echo \"$2\" >\"$1\"", "sh", typeFile(), type));
        return provision(host, entries, live);
    }

    /** The server type that a machine was provisioned as last, as far as it remembers. */
    public Optional<String> lastType(Host host) {
        Outcome outcome = host.run(Command.of("cat", typeFile()));
        return Optional.of(outcome.out().strip()).filter(type -> outcome.ok() && !type.isEmpty());
    }

    private String typeFile() {
        return paths.cache().root().resolve("var/server_type").toString();
    }

    /** Whether a source is the program itself, which every machine has. */
    static boolean isProgram(String source) {
        return source.replaceFirst("/+$", "").equals("file:///usr/etc/raptiformica");
    }

    List<StepResult> provision(Host host, List<ServerTypeEntry> entries, LineListener live) {
        List<StepResult> results = new ArrayList<>();
        for (ServerTypeEntry entry : entries) {
            entry.source().ifPresent(source -> results.add(checkOut(host, entry.name(), source)));
            results.add(bootstrap(host, entry, live));
        }
        return results;
    }

    private StepResult checkOut(Host host, String name, String source) {
        Outcome outcome = host.run(Command.of(
                        "sh",
                        "-s",
                        "--",
                        paths.source(name).toString(),
                        source,
                        isProgram(source) ? "" : paths.cache().repository(name).toString())
                .withInput(new Input.Text(Script.text("checkout.sh")))
                .withLimit(CHECKOUT_LIMIT));
        if (!outcome.ok()) {
            throw new StepFailed(
                    host.name(),
                    "the source of %s, %s, could not be checked out: %s".formatted(name, source, outcome.firstWords()),
                    "See whether it can be reached from the machine or from here, and that git is installed.");
        }
        String step = "source " + name;
        return outcome.lastLine().equals("ok") ? StepResult.ok(step) : StepResult.changed(step, source);
    }

    private StepResult bootstrap(Host host, ServerTypeEntry entry, LineListener live) {
        Path directory = paths.source(entry.name());
        String script = "cd %s; %s".formatted(ShellWords.quote(directory.toString()), entry.bootstrap());
        Command command = Command.of("sh", "-c", script).withLimit(limit);
        String problem = "";
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            try {
                Outcome outcome = host.run(command, live);
                if (outcome.ok()) {
                    return StepResult.ok("bootstrap " + entry.name());
                }
                problem = "exit code %d: %s".formatted(outcome.exitCode(), outcome.firstAndLastWords());
            } catch (StepFailed overrun) {
                problem = overrun.what();
            }
        }
        throw new StepFailed(
                host.name(),
                "provisioning %s failed %d times (%s)".formatted(entry.name(), ATTEMPTS, problem),
                "Log in and run it by hand: %s".formatted(script));
    }
}
