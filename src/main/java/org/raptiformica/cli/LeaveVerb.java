package org.raptiformica.cli;

import java.util.List;
import org.raptiformica.failure.PrerequisiteMissing;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code leave}: nodes go in order. */
final class LeaveVerb implements Verb {

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "leave",
                "Takes nodes out of the cluster in order: each leaves the store, the others forget it, and all state of"
                        + " raptiformica is removed from its machine.",
                "raptiformica leave 4f2a          by name, address, or the beginning of one",
                "raptiformica leave               on a node: that node");
        spec.addPositional(Options.argument("MACHINE", "0..*", "Which nodes (default: this one)."));
        spec.addOption(Options.flag("Asks nothing: for scripts.", "-y", "--yes"));
        return spec;
    }

    @Override
    public int run(ParseResult arguments, Session session) {
        List<String> machines = Options.words(arguments);
        if (!Options.given(arguments, "--yes") && !agreed(machines, session)) {
            session.console().warn("nothing was done");
            return ExitCode.OK.number();
        }
        return MachineTable.print(
                session,
                machines.isEmpty()
                        ? List.of(session.leave().thisNode(session.progress().track("this node")))
                        : session.leave().run(machines, session.progress()));
    }

    private static boolean agreed(List<String> machines, Session session) {
        String who = machines.isEmpty() ? "This node" : String.join(", ", machines);
        return session.console()
                .ask(who + " leaves the cluster and loses all state of raptiformica. Go on?")
                .orElseThrow(() -> new PrerequisiteMissing(
                        "leave", "nobody is here to confirm it", "Run the command at a terminal, or with --yes."));
    }
}
