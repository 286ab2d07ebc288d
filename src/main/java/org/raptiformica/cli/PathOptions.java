package org.raptiformica.cli;

import java.util.List;
import org.raptiformica.cluster.SlaveOptions;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** The options that cut the path of a machine short, the same for all commands that bring machines in. */
final class PathOptions {

    private PathOptions() {}

    static void addTo(CommandSpec spec) {
        List.of(
                        Options.text("TYPE", "What the machine is to be (default: the first type).", "--server-type"),
                        Options.flag("Runs no server type's bootstrap.", "--no-provision"),
                        Options.flag("Leaves the machine outside the mesh.", "--no-assimilate"),
                        Options.flag("Fires no after_assimilate hook here.", "--no-after-assimilate"),
                        Options.flag("Fires no after_mesh hook on the machine.", "--no-after-mesh"))
                .forEach(spec::addOption);
    }

    static SlaveOptions from(ParseResult arguments) {
        return new SlaveOptions(
                Options.value(arguments, "--server-type"),
                !Options.given(arguments, "--no-provision"),
                !Options.given(arguments, "--no-assimilate"),
                !Options.given(arguments, "--no-after-assimilate"),
                !Options.given(arguments, "--no-after-mesh"));
    }
}
