package org.raptiformica.consensus;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.raptiformica.consul.BlockingQuery;
import org.raptiformica.consul.Consistency;
import org.raptiformica.consul.ConsulClient;
import org.raptiformica.consul.ConsulException;
import org.raptiformica.consul.KeyValue;
import org.raptiformica.consul.KeyValueStore;

/** Watches the shared config; closing it ends that at once. */
public final class ConfigWatch implements AutoCloseable {

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Thread thread;

    /** Who is told, from one thread, one after the other. */
    public interface Listener {
        /** What is there now, different from the last time; it may be empty or not {@link Stored#whole()}. */
        void changed(Stored stored);

        /** Consul could not be asked; it is tried again every second, and only the first time in a row is told. */
        void unreadable(ConsulException why);
    }

    private ConfigWatch(Thread thread) {
        this.thread = thread;
    }

    /**
     * Tells a listener of what is there now and then of every change, on a virtual thread, until closed.
     *
     * @param wait the longest time that a request waits at Consul for a change
     */
    public static ConfigWatch begin(ConsulClient consul, Listener listener, Duration wait) {
        KeyValueStore store = consul.kv();
        BlockingQuery<List<KeyValue>> query =
                new BlockingQuery<>(read -> store.getBelow(SharedConfig.PREFIX, read), Consistency.DEFAULT, wait);
        return new ConfigWatch(Thread.ofVirtual().name("shared config watch").start(() -> watch(query, listener)));
    }

    private static void watch(BlockingQuery<List<KeyValue>> query, Listener listener) {
        Optional<Stored> last = Optional.empty();
        boolean readable = true;
        while (!Thread.currentThread().isInterrupted()) {
            try {
                Stored now = Stored.of(query.next());
                readable = true;
                if (last.isEmpty() || !last.get().mapping().equals(now.mapping())) {
                    listener.changed(now);
                }
                last = Optional.of(now);
            } catch (ConsulException.Interrupted closing) {
                Thread.currentThread().interrupt();
            } catch (ConsulException unwell) {
                if (readable) {
                    listener.unreadable(unwell);
                }
                readable = false;
                pause();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
