package org.raptiformica.provision.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.raptiformica.failure.StepFailed;
import org.raptiformica.host.Command;
import org.raptiformica.host.Host;
import org.raptiformica.host.Outcome;

/** Supervision by systemd: a unit {@code raptiformica-NAME.service} for each service. */
public final class SystemdSupervision implements Supervision {

    private static final long LOG_LIMIT = 10_000_000;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Host local;
    private final Path units;
    private final Map<String, Path> logs = new ConcurrentHashMap<>();

    /** @param units where unit files of this machine's administrator are */
    public SystemdSupervision(Host local, Path units) {
        this.local = local;
        this.units = units;
    }

    @Override
    public void start(Service service) {
        install(service);
        systemctl("enable", "--now", "--quiet", SystemdUnit.name(service.name()));
    }

    @Override
    public void stop(String name) {
        logs.remove(name);
        Path unit = units.resolve(SystemdUnit.name(name));
        if (Files.exists(unit)) {
            systemctl("disable", "--now", "--quiet", SystemdUnit.name(name));
            writing(unit, () -> Files.deleteIfExists(unit));
            systemctl("daemon-reload");
        }
    }

    @Override
    public void restart(Service service) {
        install(service);
        systemctl("enable", "--quiet", SystemdUnit.name(service.name()));
        systemctl("restart", SystemdUnit.name(service.name()));
    }

    @Override
    public Optional<ProcessState> state(String name) {
        Outcome outcome =
                local.run(Command.of("systemctl", "show", "--property=MainPID", "--value", SystemdUnit.name(name)));
        String pid = outcome.out().strip();
        return pid.matches("[1-9][0-9]*") ? ProcessState.of(Long.parseLong(pid)) : Optional.empty();
    }

    /** Starting again is systemd's own work. */
    @Override
    public List<String> tend() {
        logs.values().forEach(log -> LogFile.bound(log, LOG_LIMIT));
        return List.of();
    }

    private void install(Service service) {
        LogFile.ensure(service.log());
        logs.put(service.name(), service.log());
        Path unit = units.resolve(SystemdUnit.name(service.name()));
        String text = SystemdUnit.text(service);
        writing(unit, () -> {
            if (!Files.exists(unit) || !Files.readString(unit).equals(text)) {
                Path staged = unit.resolveSibling("." + unit.getFileName());
                Files.writeString(staged, text);
                Files.move(staged, unit, StandardCopyOption.ATOMIC_MOVE);
                systemctl("daemon-reload");
            }
        });
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

    private void systemctl(String... words) {
        List<String> command = new ArrayList<>(List.of("systemctl"));
        command.addAll(List.of(words));
        Outcome outcome = local.run(Command.of(command).withLimit(LIMIT));
        if (!outcome.ok()) {
            throw new StepFailed(
                    String.join(" ", command),
                    "systemd refused: " + outcome.err().strip(),
                    "See `journalctl --unit '%s'`.".formatted(words[words.length - 1]));
        }
    }
}
