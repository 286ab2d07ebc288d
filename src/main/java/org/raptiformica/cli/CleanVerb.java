package org.raptiformica.cli;

import com.google.gson.JsonArray;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.raptiformica.cluster.leaving.CleanMachines;
import org.raptiformica.cluster.reach.Meant;
import org.raptiformica.failure.PrerequisiteMissing;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code clean}: removes all state of raptiformica on this machine. */
final class CleanVerb implements Verb {

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "clean",
                "Removes all state of raptiformica on this machine, or on others: on a node agent, store, mesh and program;"
                        + " on a client what it keeps. A node of a cluster that goes on is better told to `leave`.",
                "raptiformica clean",
                "raptiformica clean 4f2a 192.0.2.7     takes these back to what they were");
        spec.addPositional(Options.argument("MACHINE", "0..*", "Which machines (default: this one)."));
        spec.addOption(Options.flag("Asks nothing: for scripts.", "-y", "--yes"));
        return spec;
    }

    @Override
    public int run(ParseResult arguments, Session session) {
        List<String> machines = Options.words(arguments);
        if (machines.isEmpty()) {
            return here(session);
        }
        CleanMachines clean = session.cleanMachines();
        List<Meant> meant = clean.meant(machines);
        if (!Options.given(arguments, "--yes") && !agreed(meant, session)) {
            session.console().warn("nothing was done");
            return ExitCode.OK.number();
        }
        return MachineTable.print(session, clean.run(meant, session.progress()));
    }

    private static boolean agreed(List<Meant> machines, Session session) {
        return session.console()
                .ask("Remove all state of raptiformica from "
                        + machines.stream().map(Meant::toString).collect(Collectors.joining(", ")) + "?")
                .orElseThrow(() -> new PrerequisiteMissing(
                        "clean", "nobody is here to confirm it", "Run the command at a terminal, or with --yes."));
    }

    private static int here(Session session) {
        var track = session.progress().track("this machine");
        List<Path> removed = session.clean().run(track);
        track.done("clean");
        session.endProgress();
        if (session.format() == OutputFormat.JSON) {
            JsonArray list = new JsonArray();
            removed.forEach(path -> list.add(path.toString()));
            session.console().json(list);
        } else {
            removed.forEach(path -> session.console().say("removed " + path));
        }
        return ExitCode.OK.number();
    }
}
