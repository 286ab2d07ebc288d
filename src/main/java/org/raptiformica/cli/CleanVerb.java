package org.raptiformica.cli;

import com.google.gson.JsonArray;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code clean}: removes all state of raptiformica on this machine. */
final class CleanVerb implements Verb {

    @Override
    public CommandSpec spec() {
        return Options.command(
                "clean",
                "Removes all state of raptiformica on this machine: on a node agent, store, mesh and program; on a client"
                        + " what it keeps.",
                "raptiformica clean",
                "raptiformica ssh 4f2a raptiformica clean     takes a node back to what it was");
    }

    @Override
    public int run(ParseResult arguments, Session session) {
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
