package org.raptiformica.cluster.program;

import java.time.Duration;
import java.util.Optional;
import org.raptiformica.cluster.api.AgentClient;
import org.raptiformica.cluster.api.NodeStatus;
import org.raptiformica.cluster.api.SocketChannelToAgent;
import org.raptiformica.config.ConfigCache;
import org.raptiformica.config.NodePaths;
import org.raptiformica.failure.Failure;
import org.raptiformica.host.Waiting;
import org.raptiformica.mesh.EngineKind;
import org.raptiformica.provision.service.Service;
import org.raptiformica.provision.service.Supervision;

/** Sees to it that this node's agent runs, supervised, and in the version that is installed. */
public final class AgentService {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final NodePaths paths;
    private final Supervision supervision;
    private final String program;

    /**
     * @param supervision of the agent
     * @param program the id of the installed program
     */
    public AgentService(NodePaths paths, Supervision supervision, String program) {
        this.paths = paths;
        this.supervision = supervision;
        this.program = program;
    }

    /** Who the node is, and whether anything had to be done. */
    public record Ensured(NodeStatus status, boolean changed) {}

    /** Starts the agent where none answers, and starts it anew where another version or another engine's does. */
    public Ensured ensure() {
        Optional<NodeStatus> running = status();
        if (running.filter(status -> status.program().equals(program) && hasTheRightEngine(status))
                .isPresent()) {
            return new Ensured(running.get(), false);
        }
        supervision.restart(Service.agent(paths));
        NodeStatus status = Waiting.until(
                "the agent of this machine",
                LIMIT,
                () -> Optional.of(agent().status())
                        .filter(found -> found.program().equals(program)));
        return new Ensured(status, true);
    }

    /** An agent that began before the machine was given the config of a cluster may have taken another engine. */
    private boolean hasTheRightEngine(NodeStatus status) {
        return status.meshed()
                || new ConfigCache(paths.cache())
                        .read()
                        .map(mapping -> EngineKind.of(mapping).word().equals(status.engine()))
                        .orElse(true);
    }

    private Optional<NodeStatus> status() {
        try {
            return Optional.of(agent().status());
        } catch (Failure noneAnswers) {
            return Optional.empty();
        }
    }

    private AgentClient agent() {
        return new AgentClient(new SocketChannelToAgent(paths.agentSocket()));
    }
}
