package org.raptiformica.cluster.journey;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.raptiformica.failure.Failure;

/**
 * A machine on its way, to becoming a node or to being none any more: names the running step to a person and keeps how long
 * each took. Used by one thread at a time.
 */
public final class Journey {

    /** What a step found: a value, and whether anything had to be done for it. */
    public record Found<T>(T value, boolean changed) {}

    private final Progress.Track track;
    private final long begin = System.nanoTime();
    private final List<StepTime> steps = new ArrayList<>();

    /** Begins now, and is told on this track. */
    public Journey(Progress.Track track) {
        this.track = track;
    }

    /** Where it is told. */
    public Progress.Track track() {
        return track;
    }

    /**
     * Runs a step that says itself whether it changed anything, and returns what it found. What the step throws is thrown
     * on, and the step kept as failed.
     */
    public <T> T step(String name, Supplier<Found<T>> work) {
        track.step(name);
        long start = System.nanoTime();
        try {
            Found<T> found = work.get();
            keep(name, start, found.changed() ? "changed" : "ok");
            return found.value();
        } catch (RuntimeException thrown) {
            keep(name, start, "failed");
            throw thrown;
        }
    }

    /** The same for a step that only looks. */
    public <T> T look(String name, Supplier<T> work) {
        return step(name, () -> new Found<>(work.get(), false));
    }

    /** The steps that were begun and are over, in their order. */
    public List<StepTime> steps() {
        return List.copyOf(steps);
    }

    /** How long it has taken so far. */
    public Duration time() {
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    /**
     * Ends the machine's line with why it goes no further, whatever was thrown: it is the machine's failure, and the others
     * go on. Only what interrupts the whole command is thrown on.
     */
    public Failure ends(String machine, RuntimeException thrown) {
        return ends(track, machine, thrown);
    }

    /** The same for a machine of which no steps are kept. */
    public static Failure ends(Progress.Track track, String machine, RuntimeException thrown) {
        if (thrown instanceof CancellationException interruption) {
            throw interruption;
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException("interrupted at " + machine);
        }
        Failure failure = Failure.of(machine, thrown);
        track.failed(failure.what());
        return failure;
    }

    private void keep(String name, long start, String result) {
        steps.add(new StepTime(name, Duration.ofNanos(System.nanoTime() - start), result));
    }
}
