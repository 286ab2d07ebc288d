package org.raptiformica.cluster.gateway;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.raptiformica.cluster.api.AgentClient;
import org.raptiformica.cluster.api.SocketChannelToAgent;
import org.raptiformica.cluster.journey.Parallel;
import org.raptiformica.config.Neighbour;
import org.raptiformica.failure.Failure;
import org.raptiformica.host.MachineAddress;
import org.raptiformica.host.Route;

/**
 * The client's way into the cluster: any one node that answers. On a node that is its own agent; elsewhere all nodes are
 * tried in parallel, the one that served last a moment earlier, and the first that answers serves the rest of the command,
 * or another one where it is lost. Thread-safe.
 */
public final class Gateway {

    private final SocketChannelToAgent local;
    private final NodeRace race;
    private volatile Optional<AgentClient> serving = Optional.empty();
    private volatile Optional<ServingNode> far = Optional.empty();

    /** A gateway through the given connections, or through the socket where there is an agent on this machine. */
    public Gateway(Connections connections, Path localSocket, LastNode lastNode) {
        this.local = new SocketChannelToAgent(localSocket);
        this.race = new NodeRace(connections, lastNode);
    }

    /** The agent of this machine, if it is a node. */
    public Optional<AgentClient> ofThisMachine() {
        if (!local.present()) {
            return Optional.empty();
        }
        AgentClient agent = new AgentClient(local);
        return isNode(agent) ? Optional.of(agent) : Optional.empty();
    }

    /** Lets an agent that is known to answer serve the rest of the command. */
    public void use(AgentClient agent) {
        serving = Optional.of(agent);
    }

    /**
     * An agent that answers, of this machine or of one of the nodes. One whose store answers is preferred; one that is cut
     * off from it still knows the members and has a replica of the config.
     */
    public Optional<AgentClient> reach(List<Neighbour> nodes) {
        if (serving.isEmpty()) {
            serving = ofThisMachine().or(() -> firstOf(nodes));
        }
        return serving;
    }

    /** Another node may serve from now on: the one that did may be none any more. */
    public void chooseAnew() {
        serving = Optional.empty();
        far = Optional.empty();
    }

    /** The way to the node that serves this command; empty where it is this machine, or none serves yet. */
    public Optional<Route> wayIn() {
        return far.map(ServingNode::route);
    }

    private Optional<AgentClient> firstOf(List<Neighbour> nodes) {
        far = ServingNode.firstOf(nodes, race::run);
        return far.map(AgentClient::new);
    }

    /** Does something with each node that answers, at once; a {@link Failure} of one stops no other and is not thrown. */
    public void each(List<Neighbour> nodes, Consumer<AgentClient> work) {
        Parallel.over(nodes, node -> {
            try {
                ServingNode.firstOf(List.of(node), race::run)
                        .map(AgentClient::new)
                        .ifPresent(work);
                return true;
            } catch (Failure away) {
                return false;
            }
        });
    }

    /** Where to log in to a node, which has to have a host. */
    public static MachineAddress addressOf(Neighbour node) {
        return new MachineAddress(node.host().orElseThrow(), node.sshPort(), MachineAddress.ROOT);
    }

    /** Whether the agent of this machine, if there is one, has this public key; it need not be a node yet. */
    public boolean isThisMachine(String publicKey) {
        try {
            return local.present()
                    && new AgentClient(local).status().publicKey().equals(publicKey);
        } catch (Failure noAnswer) {
            return false;
        }
    }

    private static boolean isNode(AgentClient agent) {
        try {
            return agent.status().meshed();
        } catch (Failure failure) {
            return false;
        }
    }

    /** The addresses that were tried, for a message. */
    public static String tried(List<Neighbour> nodes) {
        List<String> texts = new ArrayList<>();
        nodes.stream()
                .filter(node -> node.host().isPresent())
                .forEach(node -> texts.add(addressOf(node).toString()));
        return texts.isEmpty() ? "none of them can be dialled" : String.join(", ", texts);
    }
}
