package org.raptiformica.compute;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.raptiformica.config.CacheDirectory;
import org.raptiformica.config.Mapping;
import org.raptiformica.config.Secrets;
import org.raptiformica.failure.Failure;
import org.raptiformica.failure.PrerequisiteMissing;
import org.raptiformica.failure.StepFailed;
import org.raptiformica.host.KnownHosts;
import org.raptiformica.host.LineListener;
import org.raptiformica.host.MachineAddress;
import org.raptiformica.host.Outcome;

/**
 * The instances of this client. Thread-safe, and safe between processes: each instance has a directory and a file of its
 * own.
 */
public final class Instances {

    private static final Duration START_LIMIT = Duration.ofMinutes(30);
    private static final Duration ASK_LIMIT = Duration.ofSeconds(60);
    private static final Duration CLEAN_UP_LIMIT = Duration.ofMinutes(5);
    private static final int SIGNALLED = 128;

    /** EX_UNAVAILABLE and EX_NOPERM of sysexits.h: a client that lacks something, in the words of the module. */
    private static final List<Integer> CLIENT_LACKS = List.of(69, 77);

    private final CacheDirectory cache;
    private final Path program;
    private final Mapping mapping;
    private final ModuleShell shell;

    /**
     * @param program the program's directory
     * @param mapping where the commands of instances are taken from that 0.1 booted
     */
    public Instances(CacheDirectory cache, Path program, Mapping mapping) {
        this.cache = cache;
        this.program = program;
        this.mapping = mapping;
        this.shell = new ModuleShell(cache, program);
    }

    /**
     * Boots an instance. It has an address then, and its SSH server is about to answer there; a host key recorded for an
     * earlier machine at this address is forgotten. When that fails, or the thread is interrupted, or the JVM is ended
     * by a signal, what there is of the instance is cleaned up first.
     *
     * @throws PrerequisiteMissing when the compute type says that this client lacks something
     * @throws StepFailed when a command of the compute type fails or overruns its limit
     */
    public Instance boot(ComputeType type, LoginKeys keys, BootListener live) {
        String id = Secrets.fresh();
        Path checkout = cache.machines(type.name(), type.serverType()).resolve(id);
        Instance instance = new Instance(id, type, checkout, Optional.empty());
        return UndoAtExit.during(() -> bootOrUndo(instance, keys, live));
    }

    private Instance bootOrUndo(Instance instance, LoginKeys keys, BootListener live) {
        InstanceFile file = new InstanceFile(instance.checkout());
        try {
            Files.createDirectories(instance.checkout().getParent());
            file.writeBooting(instance);
            start(instance, keys, text -> live.line(instance, text));
            Instance booted = instance.at(ask(instance));
            new KnownHosts(cache.knownHosts()).forget(booted.address().orElseThrow());
            file.writeBooted(booted);
            return booted;
        } catch (IOException problem) {
            UncheckedIOException unchecked = new UncheckedIOException(problem);
            undo(instance, unchecked);
            throw unchecked;
        } catch (RuntimeException problem) {
            undo(instance, problem);
            throw problem;
        }
    }

    private void start(Instance instance, LoginKeys keys, LineListener live) throws IOException {
        Optional<String> source = instance.type().source();
        if (source.isPresent()) {
            new Checkout(program).make(source.get(), instance.checkout(), live);
        }
        Files.createDirectories(instance.checkout());
        String command = instance.type().startInstance().orElse(":");
        Map<String, String> environment = new TreeMap<>(environment(instance));
        environment.put("RAPTIFORMICA_AUTHORIZED_KEYS", keys.file().toString());
        Outcome outcome = shell.run(instance.checkout(), command, environment, START_LIMIT, live);
        if (!outcome.ok()) {
            throw whyNotStarted(instance, command, outcome);
        }
    }

    private static Failure whyNotStarted(Instance instance, String command, Outcome outcome) {
        List<String> lines =
                outcome.err().lines().filter(line -> !line.isBlank()).toList();
        String where = "compute type " + instance.type().name();
        if (CLIENT_LACKS.contains(outcome.exitCode()) && lines.size() >= 2) {
            return new PrerequisiteMissing(where, lines.get(lines.size() - 2), lines.getLast());
        }
        return new StepFailed(
                where,
                "`%s` failed%s".formatted(command, ending(outcome)),
                "Mend that, then run the command again; nothing was left behind.");
    }

    private static String ending(Outcome outcome) {
        return " with exit code %d: %s".formatted(outcome.exitCode(), outcome.firstWords());
    }

    /** Leaves nothing of an instance that did not come up, or all that a later {@link #prune} needs. */
    private void undo(Instance instance, RuntimeException why) {
        boolean interrupted = Thread.interrupted();
        try {
            destroy(instance, line -> {});
        } catch (RuntimeException left) {
            why.addSuppressed(left);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Asks the compute type where an instance is.
     *
     * @throws StepFailed when it does not say
     */
    private MachineAddress ask(Instance instance) {
        String host = lastWord(instance, "get_hostname", instance.type().getHostname());
        String port = instance.type().getPort().isEmpty()
                ? String.valueOf(MachineAddress.SSH_PORT)
                : lastWord(instance, "get_port", instance.type().getPort());
        if (!port.matches("\\d{1,5}")) {
            throw notSaid(instance, "get_port", "printed '%s', which is no port".formatted(port));
        }
        return new MachineAddress(host, Integer.parseInt(port), MachineAddress.ROOT);
    }

    /** Warnings may stand before it. */
    private String lastWord(Instance instance, String name, Optional<String> command) {
        Outcome outcome =
                shell.run(instance.checkout(), command.orElse(":"), environment(instance), ASK_LIMIT, line -> {});
        String printed = outcome.out().strip();
        if (!outcome.ok()) {
            throw notSaid(instance, name, "failed" + ending(outcome));
        }
        if (printed.isEmpty()) {
            throw notSaid(instance, name, "printed nothing");
        }
        return printed.substring(printed.replaceAll("\\s", " ").lastIndexOf(' ') + 1);
    }

    private static StepFailed notSaid(Instance instance, String name, String what) {
        return new StepFailed(
                "compute type " + instance.type().name(),
                name + " " + what,
                "Mend that command in the module that brings the compute type, then run the command again.");
    }

    private static Map<String, String> environment(Instance instance) {
        return Map.of(
                "RAPTIFORMICA_INSTANCE", instance.id(),
                "RAPTIFORMICA_SERVER_TYPE", instance.type().serverType());
    }

    /** All instances of this client, by compute type, server type and id, each asked whether it lives, all at once. */
    public List<FoundInstance> list() {
        try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<FoundInstance>> asked = instances().stream()
                    .map(instance -> each.submit(() -> new FoundInstance(instance, state(instance))))
                    .toList();
            try {
                List<FoundInstance> found = new ArrayList<>();
                for (Future<FoundInstance> answer : asked) {
                    found.add(answer.get());
                }
                return found;
            } catch (InterruptedException | ExecutionException cutShort) {
                each.shutdownNow();
                throw whyCutShort(cutShort);
            }
        }
    }

    private static RuntimeException whyCutShort(Exception cutShort) {
        if (cutShort instanceof InterruptedException) {
            Thread.currentThread().interrupt();
            return new CancellationException("interrupted while asking which instances live");
        }
        return cutShort.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(cutShort);
    }

    private FoundInstance.State state(Instance instance) {
        InstanceFile file = new InstanceFile(instance.checkout());
        if (file.isBeingBooted()) {
            return FoundInstance.State.BOOTING;
        }
        boolean gone = file.isUnfinished() || !Files.isDirectory(instance.checkout());
        return gone || !lives(instance) ? FoundInstance.State.STALE : FoundInstance.State.ALIVE;
    }

    private boolean lives(Instance instance) {
        try {
            Outcome outcome = runIfThere(instance, instance.type().detectStaleInstance(), ASK_LIMIT, line -> {});
            // Above it was ended by a signal, as by the Ctrl-C that is about to end us too.
            return outcome.ok() || outcome.exitCode() > SIGNALLED;
        } catch (StepFailed noAnswer) {
            // Nobody said that it is gone: it is not to be removed.
            return true;
        }
    }

    private Outcome runIfThere(Instance instance, Optional<String> command, Duration limit, LineListener live) {
        return command.map(given -> shell.run(instance.checkout(), given, environment(instance), limit, live))
                .orElse(new Outcome(0, "", ""));
    }

    /**
     * Removes what is left of instances that are gone.
     *
     * @return those that were removed
     * @throws StepFailed when a clean-up command fails; the other instances have been dealt with then
     */
    public List<Instance> prune(BootListener live) {
        List<Instance> removed = new ArrayList<>();
        List<StepFailed> failures = new ArrayList<>();
        for (FoundInstance found : list()) {
            if (found.state() == FoundInstance.State.STALE) {
                try {
                    destroy(found.instance(), text -> live.line(found.instance(), text));
                    removed.add(found.instance());
                } catch (StepFailed failure) {
                    failures.add(failure);
                }
            }
        }
        if (!failures.isEmpty()) {
            failures.stream().skip(1).forEach(failures.getFirst()::addSuppressed);
            throw failures.getFirst();
        }
        return removed;
    }

    /**
     * Shuts an instance down and removes it with its checkout; fine where it is gone already.
     *
     * @throws StepFailed when its clean-up command fails; the checkout stays then, so that this can be tried again
     */
    public void destroy(Instance instance, LineListener live) {
        if (Files.isDirectory(instance.checkout())) {
            Outcome outcome = runIfThere(instance, instance.type().cleanUpInstance(), CLEAN_UP_LIMIT, live);
            if (!outcome.ok()) {
                throw new StepFailed(
                        "instance " + instance.name(),
                        "cleaning it up failed%s".formatted(ending(outcome)),
                        "Mend that, then run `raptiformica prune`. Its files are in %s."
                                .formatted(instance.checkout()));
            }
        }
        instance.address().ifPresent(new KnownHosts(cache.knownHosts())::forget);
        try {
            Checkout.remove(instance.checkout());
            new InstanceFile(instance.checkout()).delete();
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }

    /**
     * Makes an image that later instances boot from.
     *
     * @return the last line that the command printed
     * @throws StepFailed when the compute type has no command for it, or it fails
     */
    public String pack(ComputeType type, LineListener live) {
        String command = type.packageInstance()
                .orElseThrow(() -> new StepFailed(
                        "package",
                        "No packaging command specified for server type %s of compute type %s"
                                .formatted(type.serverType(), type.name()),
                        "Choose another compute type, or add the key `package` to its module."));
        Map<String, String> environment = Map.of("RAPTIFORMICA_SERVER_TYPE", type.serverType());
        Outcome outcome = shell.run(program, command, environment, START_LIMIT, live);
        if (!outcome.ok()) {
            throw new StepFailed(
                    "package", "`%s` failed%s".formatted(command, ending(outcome)), "Mend that, then run it again.");
        }
        return outcome.lastLine();
    }

    /** All instances of this client, whether they live or not. */
    public List<Instance> instances() {
        List<Instance> instances = new ArrayList<>();
        for (Path computeType : directories(cache.machines())) {
            for (Path serverType : directories(computeType)) {
                for (Path checkout : checkouts(serverType)) {
                    instances.add(new InstanceFile(checkout)
                            .read(
                                    String.valueOf(computeType.getFileName()),
                                    String.valueOf(serverType.getFileName()),
                                    mapping));
                }
            }
        }
        return instances;
    }

    private static SortedSet<Path> checkouts(Path serverType) {
        NavigableSet<Path> checkouts = new TreeSet<>();
        for (Path entry : entries(serverType)) {
            InstanceFile.checkoutOf(entry).ifPresent(checkouts::add);
            if (String.valueOf(entry.getFileName()).matches("[0-9a-f]{32}")) {
                checkouts.add(entry);
            }
        }
        return checkouts;
    }

    private static List<Path> directories(Path parent) {
        return entries(parent).stream().filter(Files::isDirectory).toList();
    }

    private static List<Path> entries(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.sorted().toList();
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }
}
