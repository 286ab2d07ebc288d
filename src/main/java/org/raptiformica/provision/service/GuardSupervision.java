package org.raptiformica.provision.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.raptiformica.config.NodePaths;
import org.raptiformica.failure.StepFailed;
import org.raptiformica.host.Command;
import org.raptiformica.host.Host;
import org.raptiformica.host.Outcome;
import org.raptiformica.host.ShellWords;

/**
 * Supervision of the agent where no systemd runs: by {@code libexec/guard}, a shell loop. Where there are init scripts
 * the guard is started at boot by one.
 */
public final class GuardSupervision implements Supervision {

    private static final Duration LIMIT = Duration.ofSeconds(40);

    private final Host local;
    private final Path guard;
    private final Path run;
    private final Path initScripts;

    public GuardSupervision(Host local, NodePaths paths) {
        this(
                local,
                paths.program().resolve("libexec/guard"),
                paths.run(),
                paths.root().resolve("etc/init.d"));
    }

    GuardSupervision(Host local, Path guard, Path run, Path initScripts) {
        this.local = local;
        this.guard = guard;
        this.run = run;
        this.initScripts = initScripts;
    }

    @Override
    public void start(Service service) {
        LogFile.ensure(service.log());
        Command command = Command.of(words(service)).withLimit(LIMIT);
        for (var variable : service.environment().entrySet()) {
            command = command.withEnvironment(variable.getKey(), variable.getValue());
        }
        Outcome outcome = local.run(command);
        if (!outcome.ok()) {
            throw new StepFailed(
                    service.name(), outcome.err().strip(), "Look at what it wrote to %s.".formatted(service.log()));
        }
        atBoot(service);
    }

    @Override
    public void stop(String name) {
        Path script = initScripts.resolve("raptiformica");
        if (Files.exists(script)) {
            writing(script, () -> Files.delete(script));
            local.run(Command.of("update-rc.d", "raptiformica", "remove"));
        }
        end(name);
    }

    private void end(String name) {
        Outcome outcome =
                local.run(Command.of(guard.toString(), "stop", run.toString()).withLimit(LIMIT));
        if (!outcome.ok()) {
            throw new StepFailed(name, "it does not end", "Run this as root; see /run/raptiformica/*.pid.");
        }
    }

    /** A new guard, too: one that has seen the agent end again and again waits long before it starts the next. */
    @Override
    public void restart(Service service) {
        end(service.name());
        start(service);
    }

    @Override
    public Optional<ProcessState> state(String name) {
        return ProcessState.recorded(run.resolve(name + ".pid"));
    }

    /** The guard needs no tending. */
    @Override
    public List<String> tend() {
        return List.of();
    }

    private List<String> words(Service service) {
        List<String> words = new ArrayList<>(
                List.of(guard.toString(), "start", run.toString(), service.log().toString()));
        words.addAll(service.command());
        return words;
    }

    /** Only where it costs one file: an init that reads LSB scripts (LSB 5.0, init scripts). */
    private void atBoot(Service service) {
        Path script = initScripts.resolve("raptiformica");
        if (!Files.isDirectory(initScripts) || !Files.isExecutable(Path.of("/usr/sbin/update-rc.d"))) {
            return;
        }
        String text = initScript(service);
        writing(script, () -> {
            if (!Files.exists(script) || !Files.readString(script).equals(text)) {
                Files.writeString(script, text);
                Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
                local.run(Command.of("update-rc.d", "raptiformica", "defaults"));
            }
        });
    }

    private String initScript(Service service) {
        return """
                #!/bin/sh
                ### BEGIN INIT INFO
                # Provides:          raptiformica
                # Required-Start:    $network $remote_fs
                # Required-Stop:     $network $remote_fs
                # Default-Start:     2 3 4 5
                # Default-Stop:      0 1 6
                # Short-Description: raptiformica's agent
                ### END INIT INFO
                case $1 in
                start | restart | force-reload) %s ;;
                stop) %s ;;
                status) [ -e %s ] ;;
                esac
                """.formatted(
                        ShellWords.join(words(service)),
                        ShellWords.join(List.of(guard.toString(), "stop", run.toString())),
                        ShellWords.quote(run.resolve("agent.pid").toString()));
    }

    private interface FileWork {
        void run() throws IOException;
    }

    private static void writing(Path file, FileWork work) {
        try {
            work.run();
        } catch (IOException e) {
            throw new StepFailed(file.toString(), "it cannot be written", "Run this as root; make room on its disk.");
        }
    }
}
