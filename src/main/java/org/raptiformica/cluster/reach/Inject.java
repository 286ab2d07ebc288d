package org.raptiformica.cluster.reach;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.raptiformica.cluster.api.AgentClient;
import org.raptiformica.cluster.api.NodeStatus;
import org.raptiformica.cluster.api.SshChannel;
import org.raptiformica.cluster.config.ClusterConfig;
import org.raptiformica.cluster.gateway.Connections;
import org.raptiformica.config.Change;
import org.raptiformica.config.ClusterId;
import org.raptiformica.config.Keys;
import org.raptiformica.config.Mapping;
import org.raptiformica.config.Neighbour;
import org.raptiformica.failure.MachineUnsuitable;
import org.raptiformica.failure.NoCluster;
import org.raptiformica.host.Command;
import org.raptiformica.host.MachineAddress;
import org.raptiformica.host.SshHost;

/** Tells the cluster where one of its nodes can be reached, and links with it: for one that nobody finds any more. */
public final class Inject {

    private final ClusterConfig config;
    private final Connections connections;

    /** Injects into the cluster of this config. */
    public Inject(ClusterConfig config, Connections connections) {
        this.config = config;
        this.connections = connections;
    }

    /**
     * What became of it.
     *
     * @param node who the machine says it is
     * @param changed whether the cluster did not know it like this
     */
    public record Injected(NodeStatus node, boolean changed) {}

    /**
     * Asks the machine who it is and enters it.
     *
     * @throws NoCluster when it is no node
     * @throws MachineUnsuitable when it is one of another cluster
     */
    public Injected run(MachineAddress machine) {
        AgentClient here = config.agent();
        Mapping mapping = config.current();
        SshHost host = connections.to(machine);
        NodeStatus node = new AgentClient(new SshChannel(host)).status();
        require(machine, node, mapping);
        Neighbour entry = Neighbour.of(mapping, node.publicKey())
                .map(known -> known.at(Optional.of(machine.host()), machine.port()))
                .orElseGet(() -> fresh(machine, host, node));
        List<Change> changes =
                Change.between(mapping.below(Keys.neighbour(node.publicKey())), entry.writtenTo(Mapping.empty()));
        if (!changes.isEmpty()) {
            config.change(changes);
        }
        here.rejoin();
        return new Injected(node, !changes.isEmpty());
    }

    private static void require(MachineAddress machine, NodeStatus node, Mapping mapping) {
        if (!node.meshed()) {
            throw new NoCluster(
                    machine.toString(), "it is in no network", "Make it a node: `raptiformica slave " + machine + "`.");
        }
        Optional<String> ours = ClusterId.of(mapping);
        if (!node.cluster().equals(ours)) {
            throw new MachineUnsuitable(
                    machine.toString(),
                    "it is a node of another cluster (" + node.cluster().orElse("?") + ", ours is "
                            + ours.orElse("none") + ")",
                    "Take it out of that one first: run `raptiformica clean` on it.");
        }
    }

    private Neighbour fresh(MachineAddress machine, SshHost host, NodeStatus node) {
        return new Neighbour(
                node.publicKey(),
                Optional.of(machine.host()),
                machine.port(),
                node.engine(),
                node.meshPort(),
                node.meshAddress(),
                node.name(),
                said(host, "-s").toLowerCase(Locale.ROOT) + "-" + said(host, "-m"),
                connections.hostKeyOf(machine),
                Optional.empty(),
                Optional.empty());
    }

    private static String said(SshHost host, String option) {
        return host.run(Command.of("uname", option)).out().strip();
    }
}
