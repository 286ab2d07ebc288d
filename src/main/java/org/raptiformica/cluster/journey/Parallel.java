package org.raptiformica.cluster.journey;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The same work for several machines at once, each on a virtual thread of its own. Interrupting the caller interrupts
 * them all and waits until they have tidied up.
 */
public final class Parallel {

    private Parallel() {}

    /** The results in the order of the items. What the work throws is thrown; let it return failures instead. */
    public static <I, O> Map<I, O> over(List<I> items, Function<I, O> work) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<O>> running = new ArrayList<>();
            items.forEach(item -> running.add(threads.submit(() -> work.apply(item))));
            try {
                Map<I, O> results = new LinkedHashMap<>();
                for (int i = 0; i < items.size(); i++) {
                    results.put(items.get(i), running.get(i).get());
                }
                return results;
            } catch (InterruptedException e) {
                threads.shutdownNow();
                Thread.currentThread().interrupt();
                throw new CancellationException("interrupted");
            } catch (ExecutionException e) {
                threads.shutdownNow();
                throw unwrapped(e);
            }
        }
    }

    /** The same with so many at a time; the others wait for their turn. */
    public static <I, O> Map<I, O> over(List<I> items, int atOnce, Function<I, O> work) {
        Semaphore turns = new Semaphore(atOnce, true);
        return over(items, item -> {
            try {
                turns.acquire();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CancellationException("interrupted");
            }
            try {
                return work.apply(item);
            } finally {
                turns.release();
            }
        });
    }

    /** The first item for which the test holds, in the order in which the tests end; the others are interrupted then. */
    public static <I> Optional<I> firstOf(List<I> items, Predicate<I> test) {
        return firstOf(items.stream()
                .<Callable<Optional<I>>>map(item -> () -> Optional.of(item).filter(test))
                .toList());
    }

    /** The first result that there is, in the order in which the tasks end; the others are interrupted then. */
    public static <O> Optional<O> firstOf(List<Callable<Optional<O>>> tasks) {
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        try {
            CompletionService<Optional<O>> race = new ExecutorCompletionService<>(threads);
            tasks.forEach(race::submit);
            for (int i = 0; i < tasks.size(); i++) {
                Optional<O> finished = race.take().get();
                if (finished.isPresent()) {
                    return finished;
                }
            }
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        } catch (ExecutionException e) {
            throw unwrapped(e);
        } finally {
            threads.shutdownNow();
        }
    }

    private static RuntimeException unwrapped(ExecutionException e) {
        if (e.getCause() instanceof RuntimeException cause) {
            return cause;
        }
        if (e.getCause() instanceof Error cause) {
            throw cause;
        }
        return new IllegalStateException(e.getCause());
    }
}
