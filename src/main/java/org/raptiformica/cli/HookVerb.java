package org.raptiformica.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import org.raptiformica.provision.hook.HandlerResult;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code hook}: runs the handlers of a hook on this machine by hand. */
final class HookVerb implements Verb {

    private static final List<String> HEADER = List.of("Handler", "Exit code", "Seconds", "Told");

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "hook",
                "Runs all handlers of a hook on this machine, as it does by itself when the hook fires.",
                "raptiformica hook after_slave",
                "raptiformica ssh 4f2a raptiformica hook cluster_change");
        spec.addPositional(Options.argument(
                "NAME",
                "1",
                "after_start_instance, after_slave, after_assimilate, after_mesh, cluster_change, or a module's own."));
        return spec;
    }

    @Override
    public int run(ParseResult arguments, Session session) {
        String hook = arguments.matchedPositionalValue(0, "");
        JsonObject event = new JsonObject();
        event.addProperty("byHand", true);
        session.config().refresh();
        List<HandlerResult> results =
                session.hookRunner().run(session.config().cached(), hook, event, line -> tell(session, line));
        if (session.format() == OutputFormat.JSON) {
            JsonArray list = new JsonArray();
            results.forEach(result -> list.add(result.toJson()));
            session.console().json(list);
        } else if (results.isEmpty()) {
            session.console().say("no module has a handler for the hook " + hook);
        } else {
            session.console().table(HEADER, results.stream().map(HookVerb::row).toList());
        }
        return (results.stream().anyMatch(HandlerResult::failed) ? ExitCode.STEP_FAILED : ExitCode.OK).number();
    }

    private static void tell(Session session, String line) {
        if (session.verbosity() != Verbosity.QUIET) {
            session.console().warn(line);
        }
    }

    private static List<String> row(HandlerResult result) {
        boolean skipped = result.exitCode().isEmpty() && !result.failed();
        return List.of(
                result.handler(),
                result.exitCode().map(String::valueOf).orElse("-"),
                Seconds.text(result.time()),
                skipped ? "its predicate says no" : result.told().isEmpty() ? "-" : result.told());
    }
}
