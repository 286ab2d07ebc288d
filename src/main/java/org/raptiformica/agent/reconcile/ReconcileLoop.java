package org.raptiformica.agent.reconcile;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.raptiformica.agent.node.Log;
import org.raptiformica.agent.node.NodeRecord;
import org.raptiformica.consul.ConsulException;
import org.raptiformica.failure.Failure;

/**
 * Runs the reconcilers in their order, each after those it stands on. Runs when poked, soon again while something is under
 * way, less soon the longer that takes, and in a slow sweep as a net for what nobody told it. What the cluster tells all
 * nodes at once, and often while it grows, is looked at together with what follows closely.
 */
public final class ReconcileLoop {

    private static final Duration AT_ONCE = Duration.ofMillis(20);
    private static final Duration SOON = Duration.ofMillis(250);

    /** What has waited for long is looked at less often: a look costs some processes. */
    private static final Duration LATER = Duration.ofSeconds(3);

    private static final Duration SWEEP = Duration.ofSeconds(10);

    private final List<Reconciler> reconcilers;
    private final Supplier<Optional<NodeRecord>> wanted;
    private final Supplier<Duration> rest;
    private final Log log;
    private final Semaphore pokes = new Semaphore(0);
    private final AtomicBoolean urgent = new AtomicBoolean();
    private final ReentrantLock rounds = new ReentrantLock();
    private volatile String waitingFor = "the first look";
    private String lastTrouble = "";
    private Duration patience = SOON;

    /**
     * @param wanted what the node was told to be; asked before every round
     * @param rest how long after a round nothing is looked at because of news
     */
    public ReconcileLoop(
            List<Reconciler> reconcilers, Supplier<Optional<NodeRecord>> wanted, Supplier<Duration> rest, Log log) {
        this.reconcilers = List.copyOf(reconcilers);
        this.wanted = wanted;
        this.rest = rest;
        this.log = log;
    }

    /** Something about this node may have changed: look now. */
    public void poke() {
        urgent.set(true);
        pokes.release();
    }

    /** The cluster has news: look now, or where a round has just been made, when its rest is over. */
    public void news() {
        pokes.release();
    }

    /** What the node is waiting for, empty when all is as wanted. */
    public String waitingFor() {
        return waitingFor;
    }

    /** Runs until the thread is interrupted. */
    public void run() {
        try {
            while (true) {
                Duration pause = look();
                awaitReason(System.nanoTime(), pause);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitReason(long begin, Duration pause) throws InterruptedException {
        long end = begin + pause.toNanos();
        while (pokes.tryAcquire(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
            pokes.drainPermits();
            patience = SOON;
            if (urgent.getAndSet(false)) {
                return;
            }
            end = Math.min(end, begin + rest.get().toNanos());
        }
    }

    private Optional<NodeRecord> record() {
        try {
            return wanted.get();
        } catch (Failure unreadable) {
            log.info(unreadable.message());
            waitingFor = unreadable.where() + ": " + unreadable.what();
            return Optional.empty();
        }
    }

    /** Does something between two rounds: nothing is reconciled meanwhile. */
    public void between(Runnable work) {
        rounds.lock();
        try {
            work.run();
        } finally {
            rounds.unlock();
        }
    }

    private Duration look() {
        rounds.lock();
        try {
            return record().map(this::round).orElse(SWEEP);
        } finally {
            rounds.unlock();
        }
    }

    private Duration round(NodeRecord record) {
        boolean changed = false;
        for (Reconciler reconciler : reconcilers) {
            switch (look(reconciler, record)) {
                case Step.Settled _ -> {}
                case Step.Changed(String why) -> {
                    changed = true;
                    patience = SOON;
                    log.info(reconciler.name() + ": " + why);
                }
                case Step.Done(String what) -> log.info(reconciler.name() + ": " + what);
                case Step.Waiting(String what) -> {
                    trouble(reconciler, "waiting for " + what);
                    return changed ? AT_ONCE : nextPatience();
                }
            }
        }
        waitingFor = "";
        lastTrouble = "";
        return changed ? AT_ONCE : SWEEP;
    }

    private Duration nextPatience() {
        Duration pause = patience;
        patience = pause.multipliedBy(2).compareTo(LATER) < 0 ? pause.multipliedBy(2) : LATER;
        return pause;
    }

    private Step look(Reconciler reconciler, NodeRecord record) {
        try {
            return reconciler.reconcile(record);
        } catch (Failure failure) {
            return Step.waiting(failure.where() + ": " + failure.what());
        } catch (ConsulException e) {
            return Step.waiting("the store: " + e.getMessage());
        } catch (CancellationException stopped) {
            return Step.waiting("the end of the agent");
        } catch (RuntimeException defect) {
            // One bad entry in the shared config must not end the agents of all nodes.
            return Step.waiting("a defect in it: " + defect);
        }
    }

    private void trouble(Reconciler reconciler, String what) {
        waitingFor = what;
        String told = reconciler.name() + ": " + what;
        if (!told.equals(lastTrouble)) {
            lastTrouble = told;
            log.info(told);
        }
    }
}
