package org.raptiformica.cluster.reach;

import java.util.Optional;
import org.raptiformica.cluster.api.Advertisement;
import org.raptiformica.cluster.api.AgentClient;
import org.raptiformica.cluster.api.SshChannel;
import org.raptiformica.cluster.config.ClusterConfig;
import org.raptiformica.cluster.gateway.Gateway;
import org.raptiformica.failure.NoCluster;

/** Tells a node under which addresses others are to reach it. */
public final class Advertise {

    private final ClusterConfig config;
    private final Gateway gateway;
    private final Ways ways;

    /** The gateway has to be the one of the config. */
    public Advertise(ClusterConfig config, Gateway gateway, Ways ways) {
        this.config = config;
        this.gateway = gateway;
        this.ways = ways;
    }

    /**
     * Tells it to the named node, or to this machine. Returns the name of the machine.
     *
     * @throws NoCluster where this machine is meant and it is no node
     */
    public String run(Optional<String> machine, Advertisement wish) {
        AgentClient agent = machine.map(this::agentOf).orElseGet(this::agentHere);
        agent.advertise(wish);
        return agent.status().name();
    }

    private AgentClient agentHere() {
        return gateway.ofThisMachine()
                .orElseThrow(
                        () -> new NoCluster(
                                "this machine",
                                "it is no node",
                                "Name the node that is meant with --machine, or make this one a node with `raptiformica join`."));
    }

    private AgentClient agentOf(String text) {
        return new AgentClient(new SshChannel(ways.connect(MachineNames.find(config.nodes(), text))));
    }
}
