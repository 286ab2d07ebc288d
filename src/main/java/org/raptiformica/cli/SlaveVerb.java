package org.raptiformica.cli;

import java.util.List;
import org.raptiformica.cluster.journey.MachineResult;
import org.raptiformica.host.MachineAddress;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code slave HOST}: makes a machine that SSH reaches a node. */
final class SlaveVerb implements Verb {

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "slave",
                "Makes a machine a node: looks at it, uploads what it lacks, provisions it, takes it into the mesh. Can be"
                        + " run again at any time; does what is missing.",
                "raptiformica slave 192.0.2.7",
                "raptiformica slave box.example.org --port 2222",
                "raptiformica slave 192.0.2.7 --no-assimilate     provision only");
        spec.addPositional(Options.argument("HOST", "1", "Name or address of the machine."));
        spec.addOption(Options.number("N", MachineAddress.SSH_PORT, "Port of its SSH server.", "--port"));
        PathOptions.addTo(spec);
        return spec;
    }

    @Override
    public int run(ParseResult arguments, Session session) {
        MachineAddress machine = Machines.address(arguments);
        MachineResult result = session.slave()
                .run(machine, PathOptions.from(arguments), session.progress().track(machine.toString()));
        return MachineTable.print(session, List.of(result));
    }
}
