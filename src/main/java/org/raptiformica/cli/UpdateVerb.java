package org.raptiformica.cli;

import java.util.List;
import org.raptiformica.cluster.journey.MachineResult;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code update}: provisions nodes again. */
final class UpdateVerb implements Verb {

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "update",
                "Provisions nodes again, all at once, each as what it was provisioned as: sends what is new here and runs the"
                        + " bootstraps of the server type.",
                "raptiformica update              all nodes",
                "raptiformica update 4f2a box     these, by name, address, or the beginning of one");
        spec.addPositional(Options.argument("MACHINE", "0..*", "Which nodes (default: all)."));
        spec.addOption(Options.text("TYPE", "What the nodes are to be from now on.", "--server-type"));
        return spec;
    }

    @Override
    public int run(ParseResult arguments, Session session) {
        List<String> machines = arguments.matchedPositionals().stream()
                .flatMap(positional -> positional.originalStringValues().stream())
                .toList();
        List<MachineResult> results =
                session.update().run(machines, Options.value(arguments, "--server-type"), session.progress());
        return MachineTable.print(session, results);
    }
}
