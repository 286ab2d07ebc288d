package org.raptiformica.it;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import org.raptiformica.config.Change;
import org.raptiformica.failure.Failure;
import org.raptiformica.it.WriteHistory.Outcome;
import org.raptiformica.it.WriteHistory.Write;

/**
 * Clients that set, overwrite and delete numbered values of the shared config, each through a node chosen anew. One
 * begins after the other at even times whatever became of those before: a node that hangs holds up only who asked it.
 */
final class SteadyWriter implements AutoCloseable {

    static final String PREFIX = "raptiformica/chaos";

    private static final int SHARED_KEYS = 8;
    private static final int OUT_OF = 10;

    private final Function<Random, LanMachine> nodes;
    private final Duration pause;
    private final WriteHistory history;
    private final Random random;
    private final List<Thread> clients = new ArrayList<>();
    private volatile boolean resting;
    private final Thread thread = Thread.ofVirtual().unstarted(this::run);

    private SteadyWriter(Function<Random, LanMachine> nodes, Duration pause, WriteHistory history, long seed) {
        this.nodes = nodes;
        this.pause = pause;
        this.history = history;
        this.random = new Random(seed);
    }

    /** Writes from now on until it is closed, through the nodes that are chosen. */
    static SteadyWriter begin(Function<Random, LanMachine> nodes, Duration pause, WriteHistory history, long seed) {
        SteadyWriter writer = new SteadyWriter(nodes, pause, history, seed);
        writer.thread.start();
        return writer;
    }

    /** Begins nothing more until it is to go on. */
    void rest(boolean now) {
        resting = now;
    }

    private void run() {
        try {
            for (int number = 0; ; number++) {
                while (resting) {
                    Thread.sleep(pause);
                }
                Change change = next(number);
                LanMachine node = nodes.apply(random);
                clients.add(Thread.ofVirtual().start(() -> write(node, change)));
                Thread.sleep(pause);
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    /** Four of ten are new, four overwrite what others write too, the rest deletes. */
    private Change next(int number) {
        String value = "v" + number;
        String shared = PREFIX + "/shared/" + random.nextInt(SHARED_KEYS);
        return switch (random.nextInt(OUT_OF)) {
            case 0 -> new Change.Delete(PREFIX + "/own/" + random.nextInt(number + 1));
            case 1 -> new Change.Delete(shared);
            case 2, 3, 4, 5 -> new Change.Set(shared, value);
            default -> new Change.Set(PREFIX + "/own/" + number, value);
        };
    }

    private void write(LanMachine node, Change change) {
        long begin = System.nanoTime();
        Outcome outcome = outcome(node, change);
        long end = System.nanoTime();
        switch (change) {
            case Change.Set(String key, String value) ->
                history.add(new Write(key, Optional.of(value), begin, end, outcome));
            case Change.Delete(String key) -> history.add(new Write(key, Optional.empty(), begin, end, outcome));
            case Change.DeleteBelow _ -> throw new IllegalStateException("nobody writes " + change);
        }
    }

    private static Outcome outcome(LanMachine node, Change change) {
        try {
            return node.agent().change(List.of(change)).stored() ? Outcome.STORED : Outcome.KEPT;
        } catch (Failure | IllegalStateException | AssertionError noAnswer) {
            return Outcome.UNKNOWN;
        }
    }

    /** Returns when all that was begun has an end. */
    @Override
    public void close() {
        thread.interrupt();
        join(thread);
        clients.forEach(SteadyWriter::join);
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
