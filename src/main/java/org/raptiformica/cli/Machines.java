package org.raptiformica.cli;

import org.raptiformica.host.MachineAddress;
import picocli.CommandLine.ParseResult;

/** How commands read HOST and --port. */
final class Machines {

    private Machines() {}

    /** The machine that {@code HOST} and {@code --port} name; a port in HOST itself counts where there is no option. */
    static MachineAddress address(ParseResult arguments) {
        MachineAddress machine = MachineAddress.parse(arguments.matchedPositionalValue(0, ""));
        if (!arguments.hasMatchedOption("--port")) {
            return machine;
        }
        int port = arguments.matchedOptionValue("--port", MachineAddress.SSH_PORT);
        return new MachineAddress(machine.host(), port, machine.user());
    }
}
