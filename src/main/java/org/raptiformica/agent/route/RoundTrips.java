package org.raptiformica.agent.route;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.raptiformica.cluster.api.RoundTrip;

/** Measures round trips over the mesh with an ICMPv6 echo, which the JDK sends itself where it runs as root. */
public final class RoundTrips {

    private static final int TRIES = 3;
    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final int MOST_THREADS = 64;

    private RoundTrips() {}

    /** One measurement an address, all at once, in their order; takes six seconds or more where one does not answer. */
    public static List<RoundTrip> measure(List<String> addresses) {
        // No virtual threads: the JDK waits for the echo in native code, and two that do would stop all others.
        try (ExecutorService threads = Executors.newFixedThreadPool(Math.clamp(addresses.size(), 1, MOST_THREADS))) {
            List<Future<RoundTrip>> running = new ArrayList<>();
            addresses.forEach(address -> running.add(threads.submit(() -> measure(address))));
            List<RoundTrip> trips = new ArrayList<>();
            for (Future<RoundTrip> future : running) {
                trips.add(future.get());
            }
            return trips;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    /** The best of a few tries: the first one pays for finding the route. */
    private static RoundTrip measure(String address) {
        Optional<Duration> best = Optional.empty();
        for (int i = 0; i < TRIES; i++) {
            Optional<Duration> time = once(address);
            if (best.isEmpty() || (time.isPresent() && time.get().compareTo(best.get()) < 0)) {
                best = time;
            }
        }
        return new RoundTrip(address, best);
    }

    private static Optional<Duration> once(String address) {
        try {
            long begin = System.nanoTime();
            boolean answered = InetAddress.getByName(address).isReachable((int) LIMIT.toMillis());
            return answered ? Optional.of(Duration.ofNanos(System.nanoTime() - begin)) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
