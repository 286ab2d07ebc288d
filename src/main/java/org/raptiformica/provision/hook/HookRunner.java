package org.raptiformica.provision.hook;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.raptiformica.config.CacheDirectory;
import org.raptiformica.config.Keys;
import org.raptiformica.config.Mapping;
import org.raptiformica.failure.StepFailed;
import org.raptiformica.host.Command;
import org.raptiformica.host.Host;
import org.raptiformica.host.Input;
import org.raptiformica.host.LineListener;
import org.raptiformica.host.Outcome;
import org.raptiformica.host.ShellWords;
import org.raptiformica.provision.Availability;

/**
 * Runs the handlers of a hook on this machine, one after the other; a handler that fails is reported and stops nothing,
 * and one that takes long does not hold the next one up: it runs on beside it. Each gets the event as JSON on its standard
 * input and runs in the program's directory. Thread-safe.
 */
public final class HookRunner {

    private static final Duration LIMIT = Duration.ofMinutes(20);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Host here;
    private final Path directory;
    private final CacheDirectory cache;
    private final Duration limit;
    private final Duration patience;
    private final Availability availability;

    /** What happened since a handler began that runs still, by hook and handler. */
    private final Map<String, Optional<JsonObject>> running = new HashMap<>();

    /**
     * @param directory where the commands run: {@code /usr/etc/raptiformica} on a node, the program's own on a client
     * @param cache handlers get its place in {@code RAPTIFORMICA_CACHE_DIR}
     */
    public HookRunner(Host here, Path directory, CacheDirectory cache) {
        this(here, directory, cache, LIMIT, PATIENCE);
    }

    /**
     * @param limit for one predicate or command
     * @param patience after which the next handler begins
     */
    HookRunner(Host here, Path directory, CacheDirectory cache, Duration limit, Duration patience) {
        this.here = here;
        this.directory = directory;
        this.cache = cache;
        this.limit = limit;
        this.patience = patience;
        this.availability = new Availability(here, directory, cache);
    }

    /** The handlers for the hook that the first available platform has, in the order in which they run. */
    public List<Handler> handlers(Mapping mapping, String hook) {
        return availability
                .first(mapping, Keys.PLATFORM)
                .map(platform -> Handler.of(mapping, platform, hook))
                .orElse(List.of());
    }

    /**
     * Runs all handlers for the hook, 20 minutes each at most, and returns when the last one has ended.
     *
     * @param event what happened; they read it with {@code hook} and {@code when} (ISO 8601, UTC) added
     * @param live hears what the commands print, one line at a time
     */
    public List<HandlerResult> run(Mapping mapping, String hook, JsonObject event, LineListener live) {
        JsonObject whole = whole(hook, event);
        LineListener inTurn = inTurn(live);
        List<Future<HandlerResult>> results = new ArrayList<>();
        try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Handler handler : handlers(mapping, hook)) {
                Future<HandlerResult> result = each.submit(() -> run(handler, hook, whole, inTurn));
                results.add(result);
                if (!await(result)) {
                    break;
                }
            }
        }
        return results.stream().map(HookRunner::ended).toList();
    }

    /** Lines of handlers that run beside each other stay whole. */
    private static LineListener inTurn(LineListener live) {
        Object turn = new Object();
        return line -> {
            synchronized (turn) {
                live.line(line);
            }
        };
    }

    /** Waits for a handler as long as the next one has to. False where there is to be no next one: closing ends all. */
    private boolean await(Future<HandlerResult> result) {
        try {
            result.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException slow) {
            return true;
        } catch (ExecutionException defect) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static HandlerResult ended(Future<HandlerResult> result) {
        return switch (result.state()) {
            case SUCCESS -> result.resultNow();
            case FAILED ->
                throw result.exceptionNow() instanceof RuntimeException why
                        ? why
                        : new IllegalStateException(result.exceptionNow());
            case CANCELLED, RUNNING -> throw new CancellationException("interrupted while handlers of a hook ran");
        };
    }

    /**
     * Starts all handlers for the hook and returns while slow ones run. One that runs still since it was called before is
     * not started beside itself: it is called once more when it has ended, with all that happened meanwhile, if it is
     * still a handler then.
     *
     * @param mapping asked for the handlers whenever some are about to run
     * @param ended hears of each handler that has ended, on any thread
     */
    public void fire(Supplier<Mapping> mapping, String hook, JsonObject event, Consumer<HandlerResult> ended) {
        JsonObject whole = whole(hook, event);
        for (Handler handler : handlers(mapping.get(), hook)) {
            String key = hook + "/" + handler.name();
            if (!begins(key, whole)) {
                continue;
            }
            Thread call = Thread.ofVirtual().name(key).start(() -> call(mapping, hook, handler, whole, ended));
            try {
                call.join(patience);
            } catch (InterruptedException interrupted) {
                call.interrupt();
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void call(
            Supplier<Mapping> mapping, String hook, Handler first, JsonObject event, Consumer<HandlerResult> ended) {
        String key = hook + "/" + first.name();
        try {
            Optional<Handler> handler = Optional.of(first);
            Optional<JsonObject> happened = Optional.of(event);
            while (handler.isPresent() && happened.isPresent()) {
                ended.accept(run(handler.get(), hook, happened.get(), _ -> {}));
                handler = handlers(mapping.get(), hook).stream()
                        .filter(known -> known.name().equals(first.name()))
                        .findFirst();
                happened = next(key, handler.isPresent());
            }
        } catch (RuntimeException | Error defect) {
            next(key, false);
            throw defect;
        }
    }

    /** Whether a handler that was fired has not ended for good. */
    synchronized boolean isCalling(String hook, String handler) {
        return running.containsKey(hook + "/" + handler);
    }

    private synchronized boolean begins(String key, JsonObject event) {
        Optional<JsonObject> missed = running.getOrDefault(key, Optional.empty());
        if (!running.containsKey(key)) {
            running.put(key, Optional.empty());
            return true;
        }
        running.put(key, Optional.of(missed.map(before -> both(before, event)).orElse(event)));
        return false;
    }

    /** What happened meanwhile; where nothing did, or there is to be no other call, the handler has ended now. */
    private synchronized Optional<JsonObject> next(String key, boolean again) {
        Optional<JsonObject> missed = again ? running.getOrDefault(key, Optional.empty()) : Optional.empty();
        if (missed.isEmpty()) {
            running.remove(key);
        } else {
            running.put(key, Optional.empty());
        }
        return missed;
    }

    /** The later event, with what both have in lists. */
    private static JsonObject both(JsonObject before, JsonObject later) {
        JsonObject both = before.deepCopy();
        later.deepCopy().entrySet().forEach(entry -> {
            if (both.get(entry.getKey()) instanceof JsonArray list && entry.getValue() instanceof JsonArray more) {
                list.addAll(more);
            } else {
                both.add(entry.getKey(), entry.getValue());
            }
        });
        return both;
    }

    private static JsonObject whole(String hook, JsonObject event) {
        JsonObject whole = event.deepCopy();
        whole.addProperty("hook", hook);
        whole.addProperty("when", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
        return whole;
    }

    private HandlerResult run(Handler handler, String hook, JsonObject event, LineListener live) {
        long begin = System.nanoTime();
        try {
            if (handler.predicate().isPresent()
                    && !shell(handler.predicate().get(), hook, event, _ -> {}).ok()) {
                return result(handler, Optional.empty(), begin, "");
            }
            if (handler.command().isEmpty()) {
                return result(handler, Optional.of(0), begin, "");
            }
            Outcome outcome = shell(handler.command().get(), hook, event, live);
            return result(handler, Optional.of(outcome.exitCode()), begin, outcome.ok() ? "" : outcome.firstWords());
        } catch (StepFailed overrun) {
            return result(handler, Optional.empty(), begin, overrun.what());
        }
    }

    private static HandlerResult result(Handler handler, Optional<Integer> exitCode, long begin, String told) {
        return new HandlerResult(handler.name(), exitCode, Duration.ofNanos(System.nanoTime() - begin), told);
    }

    private Outcome shell(String text, String hook, JsonObject event, LineListener live) {
        String script = "cd " + ShellWords.quote(directory.toString()) + "; " + text;
        return here.run(
                Command.of("sh", "-c", script)
                        .withEnvironment(
                                CacheDirectory.VARIABLE,
                                cache.root().toAbsolutePath().toString())
                        .withEnvironment("HOME", home())
                        .withEnvironment("RAPTIFORMICA_HOOK", hook)
                        .withInput(new Input.Text(event + "\n"))
                        .withLimit(limit),
                live);
    }

    /** A service may be started without it, and handlers of the wild write {@code ~}. */
    private static String home() {
        return Optional.ofNullable(System.getenv("HOME")).orElse(System.getProperty("user.home"));
    }
}
