package org.raptiformica.cli;

import com.google.gson.JsonObject;
import org.raptiformica.cluster.reach.Inject;
import org.raptiformica.host.MachineAddress;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code inject HOST}: tells the cluster where one of its nodes is, and links with it. */
final class InjectVerb implements Verb {

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "inject",
                "Enters a machine that is a node of this cluster already under the address given, and links with it: for one"
                        + " that the others do not find any more.",
                "raptiformica inject 192.0.2.7",
                "raptiformica inject box.example.org --port 2222");
        spec.addPositional(Options.argument("HOST", "1", "Name or address of the machine."));
        spec.addOption(Options.number("N", MachineAddress.SSH_PORT, "Port of its SSH server.", "--port"));
        return spec;
    }

    @Override
    public int run(ParseResult arguments, Session session) {
        MachineAddress machine = Machines.address(arguments);
        Inject.Injected injected = session.inject().run(machine);
        if (session.format() == OutputFormat.JSON) {
            JsonObject json = new JsonObject();
            json.addProperty("name", injected.node().name());
            json.addProperty("meshAddress", injected.node().meshAddress());
            json.addProperty("changed", injected.changed());
            session.console().json(json);
        } else {
            session.console()
                    .say("%s (%s) is reached at %s"
                            .formatted(injected.node().name(), injected.node().meshAddress(), machine));
        }
        return ExitCode.OK.number();
    }
}
