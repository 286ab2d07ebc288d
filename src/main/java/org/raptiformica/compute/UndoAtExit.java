package org.raptiformica.compute;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Lets work that is cut short by the end of the JVM, as by Ctrl-C, undo what it has done so far. */
final class UndoAtExit {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private UndoAtExit() {}

    /** Does the work; should the JVM end meanwhile, the thread is interrupted and waited for. */
    static <T> T during(Supplier<T> work) {
        CountDownLatch done = new CountDownLatch(1);
        Thread worker = Thread.currentThread();
        Thread hook = new Thread(() -> interruptAndWait(worker, done), "undo at exit");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return work.get();
        } finally {
            done.countDown();
            remove(hook);
        }
    }

    private static void interruptAndWait(Thread worker, CountDownLatch done) {
        worker.interrupt();
        try {
            boolean inTime = done.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            assert inTime || worker.isAlive() : "ended without a word";
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        }
    }

    private static void remove(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException goingDown) {
            // Then the hook was waiting for this.
        }
    }
}
