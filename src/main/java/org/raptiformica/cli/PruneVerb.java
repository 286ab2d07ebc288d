package org.raptiformica.cli;

import com.google.gson.JsonArray;
import java.util.List;
import org.raptiformica.compute.Instance;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code prune}: forgets instances that are gone. */
final class PruneVerb implements Verb {

    @Override
    public CommandSpec spec() {
        return Options.command(
                "prune",
                "Removes instances that are gone, and their traces in the shared config.",
                "raptiformica prune");
    }

    @Override
    public int run(ParseResult arguments, Session session) {
        List<Instance> removed = session.prune().run(session.progress());
        session.endProgress();
        if (session.format() == OutputFormat.JSON) {
            JsonArray list = new JsonArray();
            removed.forEach(instance -> list.add(instance.id()));
            session.console().json(list);
        } else if (removed.isEmpty()) {
            session.console().say("nothing to prune: all instances of this client are alive");
        } else {
            removed.forEach(instance -> session.console()
                    .say("removed " + instance.name() + " "
                            + instance.address().map(Object::toString).orElse("")));
        }
        return ExitCode.OK.number();
    }
}
