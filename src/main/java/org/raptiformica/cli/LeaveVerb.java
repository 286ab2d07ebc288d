package org.raptiformica.cli;

import java.util.List;
import java.util.stream.Collectors;
import org.raptiformica.cluster.leaving.Leave;
import org.raptiformica.cluster.reach.Meant;
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
        Leave leave = session.leave();
        List<Meant> meant = machines.isEmpty() ? List.of() : leave.meant(machines);
        if (!Options.given(arguments, "--yes") && !agreed(meant, session)) {
            session.console().warn("nothing was done");
            return ExitCode.OK.number();
        }
        return MachineTable.print(
                session,
                machines.isEmpty()
                        ? List.of(leave.thisNode(session.progress().track("this node")))
                        : leave.run(meant, session.progress()));
    }

    private static boolean agreed(List<Meant> machines, Session session) {
        String who = machines.isEmpty()
                ? "This node"
                : machines.stream().map(Meant::toString).collect(Collectors.joining(", "));
        return session.console()
                .ask(who + " leaves the cluster and loses all state of raptiformica. Go on?")
                .orElseThrow(() -> new PrerequisiteMissing(
                        "leave", "nobody is here to confirm it", "Run the command at a terminal, or with --yes."));
    }
}
