package org.raptiformica.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import org.raptiformica.cluster.recovery.Backup;
import org.raptiformica.config.Change;
import org.raptiformica.config.Mapping;
import org.raptiformica.failure.PrerequisiteMissing;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code restore}: puts the store back to what a backup has. */
final class RestoreVerb implements Verb {

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "restore",
                "Puts the store back to what a backup of this cluster has: whatever was written since is undone on all nodes."
                        + " The nodes themselves stay.",
                "raptiformica restore monday.tar.gz --dry-run   what it would change",
                "raptiformica restore monday.tar.gz");
        spec.addPositional(Options.argument("FILE", "1", "What `raptiformica backup` wrote."));
        spec.addOption(Options.flag("Only shows what it would change of the shared config.", "--dry-run"));
        spec.addOption(Options.flag("Does not ask.", "--yes"));
        return spec;
    }

    @Override
    public int run(ParseResult arguments, Session session) {
        String file = arguments.<String>matchedPositionalValue(0, "");
        Backup backup = session.backup();
        Backup.Plan plan = backup.look(Path.of(file).toAbsolutePath());
        boolean json = session.format() == OutputFormat.JSON;
        if (!json) {
            session.console().say(plan.told());
            plan.changes().forEach(change -> session.console().say("  " + told(change, plan.now())));
            session.console()
                    .say(
                            plan.changes().isEmpty()
                                    ? "the shared config is as in the backup"
                                    : plan.changes().size() + " keys of the shared config change");
        }
        boolean doing =
                !Options.given(arguments, "--dry-run") && (Options.given(arguments, "--yes") || agreed(file, session));
        if (doing) {
            backup.restore(plan);
        }
        if (json) {
            session.console().json(json(plan, doing));
        } else {
            session.console().say(doing ? "the store is as it was then" : "nothing was changed");
        }
        return ExitCode.OK.number();
    }

    private static boolean agreed(String file, Session session) {
        return session.console()
                .ask("Undo all that was written since?")
                .orElseThrow(() -> new PrerequisiteMissing(
                        file,
                        "nobody is here to confirm that all that was written since is undone",
                        "Run the command at a terminal, or with --yes."));
    }

    /** Without values, which may be secrets. */
    private static String told(Change change, Mapping now) {
        return switch (change) {
            case Change.Set(String key, String _) -> (now.get(key).isPresent() ? "changed " : "added   ") + key;
            case Change.Delete(String key) -> "removed " + key;
            case Change.DeleteBelow(String prefix) -> "removed " + prefix + "/…";
        };
    }

    private static JsonObject json(Backup.Plan plan, boolean done) {
        JsonArray changes = new JsonArray();
        plan.changes().forEach(change -> changes.add(told(change, plan.now()).replaceAll(" +", " ")));
        JsonObject json = new JsonObject();
        json.addProperty("backup", plan.told());
        json.add("changes", changes);
        json.addProperty("done", done);
        return json;
    }
}
