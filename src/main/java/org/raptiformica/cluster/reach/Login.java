package org.raptiformica.cluster.reach;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.raptiformica.cluster.config.ClusterConfig;
import org.raptiformica.cluster.gateway.Connections;
import org.raptiformica.cluster.gateway.Gateway;
import org.raptiformica.cluster.journey.Parallel;
import org.raptiformica.config.Neighbour;
import org.raptiformica.failure.Failure;
import org.raptiformica.failure.MachineUnreachable;
import org.raptiformica.failure.NoCluster;
import org.raptiformica.host.Command;
import org.raptiformica.host.Route;
import org.raptiformica.host.ShellWords;

/** How to log in to a node: the command line for ssh. */
public final class Login {

    private final ClusterConfig config;
    private final Connections connections;
    private final Ways ways;

    /** Logs in with these connections' settings to the nodes of this config. */
    public Login(ClusterConfig config, Connections connections, Ways ways) {
        this.config = config;
        this.connections = connections;
        this.ways = ways;
    }

    /**
     * The words of the ssh command that logs in to the machine that is meant, or to the first that answers, and runs the
     * command there, or a shell where it is empty.
     */
    public List<String> command(Optional<String> machine, List<String> remote) {
        Route route = machine.map(this::named)
                .map(this::wayTo)
                .orElseGet(() -> connections.routeTo(firstThatAnswers(known())));
        List<String> words = new ArrayList<>(connections.settings().loginCommand(route));
        if (!remote.isEmpty()) {
            words.add(ShellWords.join(remote));
        }
        return words;
    }

    private List<Neighbour> known() {
        List<Neighbour> cached = Neighbour.all(config.cached());
        return cached.isEmpty() ? Neighbour.all(config.agent().config().mapping()) : cached;
    }

    /** A node that this client has not heard of yet is looked for in the cluster. */
    private Neighbour named(String text) {
        return MachineNames.among(known(), text).orElseGet(() -> MachineNames.find(fresh(), text));
    }

    /** Where no way leads there ssh itself says why; and a person may know more than we do, such as a password. */
    private Route wayTo(Neighbour node) {
        try {
            return ways.to(node);
        } catch (MachineUnreachable silent) {
            if (node.host().isEmpty()) {
                throw silent;
            }
            return connections.routeTo(node);
        }
    }

    private List<Neighbour> fresh() {
        try {
            return Neighbour.all(config.current());
        } catch (NoCluster noneAnswers) {
            return known();
        }
    }

    private Neighbour firstThatAnswers(List<Neighbour> nodes) {
        List<Neighbour> dialable =
                nodes.stream().filter(node -> node.host().isPresent()).toList();
        return Parallel.firstOf(dialable, this::answers)
                .orElseThrow(() -> new NoCluster(
                        "cluster of " + nodes.size() + " nodes",
                        "no node answers (tried " + Gateway.tried(nodes) + ")",
                        "Bring one of them up, or make one with `raptiformica spawn`."));
    }

    private boolean answers(Neighbour node) {
        try {
            return connections.to(node).run(Command.of("true")).ok();
        } catch (Failure failure) {
            return false;
        }
    }
}
