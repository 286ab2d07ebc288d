package org.raptiformica.cli;

import org.raptiformica.cluster.api.AgentClient;
import org.raptiformica.cluster.api.MeshRequest;
import org.raptiformica.cluster.api.MeshResult;
import org.raptiformica.cluster.api.NodeStatus;
import org.raptiformica.cluster.api.SocketChannelToAgent;
import org.raptiformica.config.ConfigCache;
import org.raptiformica.config.Mapping;
import org.raptiformica.config.Neighbour;
import org.raptiformica.failure.NoCluster;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code mesh}: on a node, brings mesh and store up from what the local config says. */
final class MeshVerb implements Verb {

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "mesh",
                "On a node: configures and starts mesh and store from the local config, joins, and fires after_mesh.",
                "raptiformica mesh",
                "raptiformica mesh --no-after-mesh");
        spec.addOption(Options.flag("Fires no after_mesh hook.", "--no-after-mesh"));
        return spec;
    }

    @Override
    public int run(ParseResult arguments, Session session) {
        NodeStatus status = session.agentService().ensure().status();
        Mapping mapping = new ConfigCache(session.node().cache())
                .read()
                .orElseThrow(() -> new NoCluster(
                        "this machine",
                        "it has no local config to make a mesh from",
                        "Make it a node from a client: `raptiformica slave` with this machine's address."));
        boolean alone = Neighbour.all(mapping).stream()
                .allMatch(node -> node.publicKey().equals(status.publicKey()));
        MeshRequest request = new MeshRequest(
                mapping,
                Neighbour.of(mapping, status.publicKey()),
                alone,
                !Options.given(arguments, "--no-after-mesh"));
        session.progress().note("joining the mesh as " + status.meshAddress());
        MeshResult result =
                new AgentClient(new SocketChannelToAgent(session.node().agentSocket())).mesh(request);
        if (session.format() == OutputFormat.JSON) {
            session.console().json(result.toJson());
        } else {
            session.console().say(result.summary());
        }
        return ExitCode.OK.number();
    }
}
