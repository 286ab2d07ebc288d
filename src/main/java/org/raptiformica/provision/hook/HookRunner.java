package org.raptiformica.provision.hook;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
 * Runs the handlers of a hook on this machine, one after the other; a handler that fails is reported and stops nothing.
 * Each gets the event as JSON on its standard input and runs in the program's directory.
 */
public final class HookRunner {

    private static final Duration LIMIT = Duration.ofMinutes(20);

    private final Host here;
    private final Path directory;
    private final CacheDirectory cache;
    private final Duration limit;
    private final Availability availability;

    /**
     * @param directory where the commands run: {@code /usr/etc/raptiformica} on a node, the program's own on a client
     * @param cache handlers get its place in {@code RAPTIFORMICA_CACHE_DIR}
     */
    public HookRunner(Host here, Path directory, CacheDirectory cache) {
        this(here, directory, cache, LIMIT);
    }

    /** @param limit for one predicate or command */
    HookRunner(Host here, Path directory, CacheDirectory cache, Duration limit) {
        this.here = here;
        this.directory = directory;
        this.cache = cache;
        this.limit = limit;
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
     * Runs all handlers for the hook, 20 minutes each at most.
     *
     * @param event what happened; they read it with {@code hook} and {@code when} (ISO 8601, UTC) added
     * @param live hears what the commands print
     */
    public List<HandlerResult> run(Mapping mapping, String hook, JsonObject event, LineListener live) {
        JsonObject whole = event.deepCopy();
        whole.addProperty("hook", hook);
        whole.addProperty("when", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
        List<HandlerResult> results = new ArrayList<>();
        for (Handler handler : handlers(mapping, hook)) {
            results.add(run(handler, hook, whole, live));
        }
        return results;
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
            String told = outcome.ok() ? "" : lastLine(outcome);
            return result(handler, Optional.of(outcome.exitCode()), begin, told);
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

    private static String lastLine(Outcome outcome) {
        String printed = outcome.err().isBlank() ? outcome.out() : outcome.err();
        return printed.strip().lines().reduce((_, last) -> last).orElse("it said nothing");
    }
}
