package org.raptiformica.cli;

import com.google.gson.JsonObject;
import java.util.List;
import org.raptiformica.cluster.api.Advertisement;
import org.raptiformica.failure.BadData;
import org.raptiformica.host.MachineAddress;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code advertise HOST…}: says under which addresses a node is to be reached. */
final class AdvertiseVerb implements Verb {

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "advertise",
                "Sets the addresses at which others reach this node: the first for SSH and the mesh, the further ones for the"
                        + " mesh. What it finds on its own interfaces it says by itself; this is for the outside of a router.",
                "raptiformica advertise 198.51.100.7 --port 2222",
                "raptiformica advertise box.example.org [2001:db8::7]:4863 203.0.113.9:5000     ports of the mesh",
                "raptiformica advertise 198.51.100.7 --machine box     from a client",
                "raptiformica advertise --remove     nothing but its own addresses");
        spec.addPositional(
                Options.argument("HOST", "0..*", "Names or addresses, with the port of the mesh or without."));
        spec.addOption(
                Options.number("N", MachineAddress.SSH_PORT, "Port of the SSH server at the first HOST.", "--port"));
        spec.addOption(Options.text("MACHINE", "Which node (default: this machine).", "--machine"));
        spec.addOption(Options.flag("Advertises these no longer; without HOST, none.", "--remove"));
        return spec;
    }

    @Override
    public int run(ParseResult arguments, Session session) {
        List<String> hosts = List.of(arguments.matchedPositionalValue(0, new String[0]));
        boolean remove = Options.given(arguments, "--remove");
        if (hosts.isEmpty() && !remove) {
            throw new BadData("HOST", "it is missing", "Say under which address others reach the node.");
        }
        hosts.forEach(MachineAddress::parse);
        int port = arguments.matchedOptionValue("--port", MachineAddress.SSH_PORT);
        String name =
                session.advertise().run(Options.value(arguments, "--machine"), new Advertisement(hosts, port, remove));
        if (session.format() == OutputFormat.JSON) {
            JsonObject json = new JsonObject();
            json.addProperty("machine", name);
            session.console().json(json);
        } else {
            session.console().say(name + (remove ? " no longer advertises " : " advertises ") + words(hosts));
        }
        return ExitCode.OK.number();
    }

    private static String words(List<String> hosts) {
        return hosts.isEmpty() ? "anything but its own addresses" : String.join(" ", hosts);
    }
}
