package org.raptiformica.cluster.recovery;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.raptiformica.cluster.api.AgentClient;
import org.raptiformica.cluster.api.SshChannel;
import org.raptiformica.cluster.api.StoreServer;
import org.raptiformica.cluster.api.StoreState;
import org.raptiformica.cluster.config.ClusterConfig;
import org.raptiformica.cluster.gateway.Gateway;
import org.raptiformica.cluster.journey.Parallel;
import org.raptiformica.cluster.journey.Progress;
import org.raptiformica.cluster.reach.Ways;
import org.raptiformica.config.Mapping;
import org.raptiformica.config.Neighbour;
import org.raptiformica.failure.Failure;
import org.raptiformica.host.Waiting;

/** Brings a store back whose quorum is lost for good, from what the nodes that are left have of it. */
public final class Recover {

    private static final Duration LEADER_LIMIT = Duration.ofSeconds(90);

    private final ClusterConfig config;
    private final Ways ways;
    private final Gateway gateway;

    /** Recovers the cluster that the config tells of; the gateway has to be the one of the config. */
    public Recover(ClusterConfig config, Ways ways, Gateway gateway) {
        this.config = config;
        this.ways = ways;
        this.gateway = gateway;
    }

    /**
     * What was found and what would be done.
     *
     * @param agents of the nodes that answer, by mesh address
     * @param silent names of the nodes that do not
     */
    public record Findings(RecoveryPlan plan, Map<String, AgentClient> agents, List<String> silent) {}

    private record Found(AgentClient agent, StoreState state) {}

    /** Looks and changes nothing. */
    public Findings look(Progress progress) {
        Mapping mapping = config.cached();
        List<Neighbour> nodes = Neighbour.all(mapping);
        Map<Neighbour, Optional<Found>> found = Parallel.over(nodes, node -> ask(node, progress.track(node.name())));
        Map<String, AgentClient> agents = new LinkedHashMap<>();
        Map<String, StoreState> states = new LinkedHashMap<>();
        found.values().stream().flatMap(Optional::stream).forEach(one -> {
            agents.put(one.state().meshAddress(), one.agent());
            states.put(one.state().meshAddress(), one.state());
        });
        List<String> silent = found.entrySet().stream()
                .filter(entry -> entry.getValue().isEmpty())
                .map(entry -> entry.getKey().name())
                .toList();
        return new Findings(RecoveryPlan.of(states.values()), agents, silent);
    }

    private Optional<Found> ask(Neighbour node, Progress.Track track) {
        track.step("ask what it has of the store");
        try {
            AgentClient agent = agentOf(node);
            StoreState state = agent.storeState();
            track.done(told(state));
            return Optional.of(new Found(agent, state));
        } catch (Failure failure) {
            track.failed(failure.what());
            return Optional.empty();
        }
    }

    private AgentClient agentOf(Neighbour node) {
        return gateway.ofThisMachine()
                .filter(agent -> agent.status().publicKey().equals(node.publicKey()))
                .orElseGet(() -> new AgentClient(new SshChannel(ways.connect(node))));
    }

    private static String told(StoreState state) {
        return (state.server() ? "server" : "client agent")
                + (state.data() ? " with data" : "")
                + (state.leader() ? ", knows a leader" : ", knows no leader");
    }

    /** Does what the plan says and returns when the store has a leader. */
    public void carryOut(Findings findings) {
        List<StoreServer> servers = switch (findings.plan()) {
            case RecoveryPlan.GoOn goOn -> goOn.servers();
            case RecoveryPlan.Nothing _, RecoveryPlan.FoundAnew _ -> List.of();
        };
        List<String> addresses = switch (findings.plan()) {
            case RecoveryPlan.GoOn _ ->
                servers.stream().map(StoreServer::meshAddress).toList();
            case RecoveryPlan.FoundAnew anew -> List.of(anew.meshAddress());
            case RecoveryPlan.Nothing _ -> List.of();
        };
        Parallel.over(addresses, address -> {
            agent(findings, address).recoverStore(servers);
            return address;
        });
        addresses.forEach(address -> Waiting.until(
                "a leader of the store on " + address,
                LEADER_LIMIT,
                () -> Optional.of(agent(findings, address).storeState()).filter(StoreState::leader)));
    }

    private static AgentClient agent(Findings findings, String meshAddress) {
        return Optional.ofNullable(findings.agents().get(meshAddress)).orElseThrow();
    }
}
