package org.raptiformica.cli;

import java.util.List;
import org.raptiformica.cluster.journey.MachineResult;
import org.raptiformica.host.MachineAddress;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code join HOST}: makes the machine one sits at a node of the network that HOST is in. */
final class JoinVerb implements Verb {

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "join",
                "Makes this machine a node of the network that HOST is in. Needs root here and SSH to HOST, nothing else: no"
                        + " SSH server here, and nobody has to reach this machine.",
                "raptiformica join 192.0.2.7",
                "raptiformica join box.example.org --port 2222");
        spec.addPositional(Options.argument("HOST", "1", "Name or address of a machine that is a node."));
        spec.addOption(Options.number("N", MachineAddress.SSH_PORT, "Port of its SSH server.", "--port"));
        PathOptions.addTo(spec);
        return spec;
    }

    @Override
    public int run(ParseResult arguments, Session session) {
        MachineAddress through = Machines.address(arguments);
        MachineResult result = session.join()
                .run(through, PathOptions.from(arguments), session.progress().track("this machine"));
        return MachineTable.print(session, List.of(result));
    }
}
