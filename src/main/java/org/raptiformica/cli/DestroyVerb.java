package org.raptiformica.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Optional;
import org.raptiformica.cluster.instance.Destroy;
import org.raptiformica.failure.Failure;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code destroy}: removes all that this client has booted, and its config. */
final class DestroyVerb implements Verb {

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "destroy",
                "Shuts down and removes all instances that this client booted, and the cached config. Machines that others"
                        + " booted go on.",
                "raptiformica destroy",
                "raptiformica destroy --purge-artifacts     the fetched binaries, too");
        spec.addOption(Options.flag("Removes the fetched binaries and sources as well.", "--purge-artifacts"));
        spec.addOption(Options.flag("Removes the installed modules as well.", "--purge-modules"));
        return spec;
    }

    @Override
    public int run(ParseResult arguments, Session session) {
        Destroy.Done done = session.destroy()
                .run(
                        Options.given(arguments, "--purge-artifacts"),
                        Options.given(arguments, "--purge-modules"),
                        session.progress());
        session.endProgress();
        print(session, done);
        List<Failure> failures =
                done.instances().values().stream().flatMap(Optional::stream).toList();
        failures.forEach(session::warn);
        return (failures.isEmpty() ? ExitCode.OK : ExitCode.SOME_FAILED).number();
    }

    private static void print(Session session, Destroy.Done done) {
        if (session.format() == OutputFormat.JSON) {
            JsonArray list = new JsonArray();
            done.instances().forEach((instance, failure) -> {
                JsonObject json = new JsonObject();
                json.addProperty("instance", instance.id());
                json.addProperty("removed", failure.isEmpty());
                failure.ifPresent(reason -> json.addProperty("failure", reason.message()));
                list.add(json);
            });
            session.console().json(list);
            return;
        }
        long removed =
                done.instances().values().stream().filter(Optional::isEmpty).count();
        session.console().say("removed " + removed + (removed == 1 ? " instance" : " instances"));
        if (!done.left().isEmpty()) {
            session.console()
                    .say("the cluster goes on with " + done.left().size()
                            + " nodes that are no instances of this client:"
                            + " run `raptiformica clean` on those that are to leave it");
        }
    }
}
