package org.raptiformica.provision.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.raptiformica.failure.StepFailed;
import org.raptiformica.host.Waiting;
import org.raptiformica.provision.DirectoryLock;

/**
 * Supervision where no systemd runs. Each service is a process in a session of its own that outlives whoever started it;
 * {@code NAME.pid} in the run directory, {@code PID START}, is what is known of it. It is written by the process itself
 * before it becomes the service, so that none is ever lost sight of.
 */
public final class OwnSupervision implements Supervision {

    private static final long LOG_LIMIT = 10_000_000;
    private static final Duration LAUNCH_LIMIT = Duration.ofSeconds(10);
    private static final Duration LOCK_LIMIT = Duration.ofMinutes(1);
    private static final Duration KILL_LIMIT = Duration.ofSeconds(5);

    private static final String LAUNCH = """
            umask 027
            pidfile=$1
            shift
            stat=$(cat /proc/$$/stat) || exit 125
            echo "$$ $(echo "${stat##*) }" | cut -d' ' -f20)" >"$pidfile.$$" && mv -f "$pidfile.$$" "$pidfile" || exit 125
            exec "$@"
            """;

    private final Path run;
    private final InstantSource clock;
    private final Duration patience;
    private final long logLimit;
    private final Map<String, Service> wanted = new TreeMap<>();
    private final Map<String, Backoff> backoffs = new TreeMap<>();

    /** @param run the directory for pid files, made where it is missing */
    public OwnSupervision(Path run, InstantSource clock) {
        this(run, clock, Duration.ofSeconds(10), LOG_LIMIT);
    }

    /** @param patience between TERM and KILL */
    OwnSupervision(Path run, InstantSource clock, Duration patience, long logLimit) {
        this.run = run;
        this.clock = clock;
        this.patience = patience;
        this.logLimit = logLimit;
    }

    @Override
    public synchronized void start(Service service) {
        wanted.put(service.name(), service);
        locked(() -> {
            if (state(service.name()).isEmpty()) {
                launch(service);
            }
        });
    }

    @Override
    public synchronized void stop(String name) {
        wanted.remove(name);
        backoffs.remove(name);
        locked(() -> end(name));
    }

    @Override
    public synchronized void restart(Service service) {
        wanted.put(service.name(), service);
        locked(() -> {
            end(service.name());
            launch(service);
        });
    }

    @Override
    public Optional<ProcessState> state(String name) {
        return ProcessState.recorded(pidFile(name));
    }

    @Override
    public synchronized List<String> tend() {
        List<String> started = new ArrayList<>();
        Optional<StepFailed> trouble = Optional.empty();
        for (Service service : List.copyOf(wanted.values())) {
            try {
                if (tend(service)) {
                    started.add(service.name());
                }
            } catch (StepFailed failed) {
                // The others are looked after all the same.
                trouble = trouble.or(() -> Optional.of(failed));
            }
        }
        if (trouble.isPresent()) {
            throw trouble.get();
        }
        return started;
    }

    private boolean tend(Service service) {
        LogFile.bound(service.log(), logLimit);
        Backoff backoff = backoffs.computeIfAbsent(service.name(), name -> new Backoff());
        if (state(service.name()).isPresent()) {
            backoff.alive(clock.instant());
            return false;
        }
        if (!backoff.due(clock.instant())) {
            return false;
        }
        start(service);
        return true;
    }

    private Path pidFile(String name) {
        return run.resolve(name + ".pid");
    }

    private void locked(Runnable work) {
        try (DirectoryLock _ = DirectoryLock.of(run, LOCK_LIMIT)) {
            work.run();
        } catch (IOException e) {
            throw new StepFailed(
                    run.toString(),
                    "it cannot be written to: " + e.getMessage(),
                    "Run this as root; make room on its disk.");
        }
    }

    private void launch(Service service) {
        Path program = Path.of(service.command().getFirst());
        if (!Files.isExecutable(program)) {
            throw new StepFailed(
                    service.name(),
                    "there is no program %s to start".formatted(program),
                    "Slave the machine again: that sends it what it lacks.");
        }
        LogFile.ensure(service.log());
        List<String> words = new ArrayList<>(List.of(
                "setsid", "sh", "-c", LAUNCH, "launch", pidFile(service.name()).toString()));
        words.addAll(service.command());
        ProcessBuilder builder = new ProcessBuilder(words)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(ProcessBuilder.Redirect.appendTo(service.log().toFile()))
                .redirectErrorStream(true);
        builder.environment().putAll(service.environment());
        try {
            awaitPidFile(service, builder.start());
        } catch (IOException e) {
            throw failed(service, String.valueOf(e.getMessage()));
        }
    }

    /** The launching shell has recorded itself; whether the service then stays alive is seen when it is tended. */
    private void awaitPidFile(Service service, Process launched) {
        boolean recorded = Waiting.until("the process of " + service.name(), LAUNCH_LIMIT, () -> {
            if (namesProcess(service, launched.pid())) {
                return Optional.of(true);
            }
            return launched.isAlive() ? Optional.empty() : Optional.of(namesProcess(service, launched.pid()));
        });
        if (!recorded) {
            throw failed(service, "it exited with " + launched.exitValue());
        }
    }

    private boolean namesProcess(Service service, long pid) {
        try {
            return Files.readString(pidFile(service.name())).startsWith(pid + " ");
        } catch (IOException e) {
            return false;
        }
    }

    private static StepFailed failed(Service service, String reason) {
        return new StepFailed(
                service.name(), "it did not start: " + reason, "Look at what it wrote to %s.".formatted(service.log()));
    }

    private void end(String name) {
        state(name).ifPresent(process -> {
            // One that was stopped by a signal does not hear TERM.
            boolean asked = !process.stopped()
                    && ProcessHandle.of(process.pid())
                            .map(ProcessHandle::destroy)
                            .orElse(false);
            if (!asked || !gone(process, patience)) {
                ProcessHandle.of(process.pid()).filter(_ -> process.runs()).ifPresent(ProcessHandle::destroyForcibly);
                Waiting.until("the end of " + name, KILL_LIMIT, () -> ended(process));
            }
        });
        try {
            Files.deleteIfExists(pidFile(name));
        } catch (IOException e) {
            throw new StepFailed(pidFile(name).toString(), "it cannot be deleted", "Run this as root.");
        }
    }

    private static boolean gone(ProcessState process, Duration limit) {
        try {
            return Waiting.until("the end of the process", limit, () -> ended(process));
        } catch (StepFailed e) {
            return false;
        }
    }

    private static Optional<Boolean> ended(ProcessState process) {
        return process.runs() ? Optional.empty() : Optional.of(true);
    }
}
