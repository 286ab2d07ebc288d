package org.raptiformica.cluster;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionService;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.raptiformica.cluster.api.AgentClient;
import org.raptiformica.cluster.api.NodeStatus;
import org.raptiformica.cluster.api.SocketChannelToAgent;
import org.raptiformica.cluster.api.SshChannel;
import org.raptiformica.config.Neighbour;
import org.raptiformica.failure.Failure;
import org.raptiformica.failure.NoCluster;
import org.raptiformica.host.MachineAddress;

/**
 * The client's way into the cluster: any one node that answers. On a node that is its own agent; elsewhere all nodes are
 * tried in parallel, the one that served last a moment earlier, and the first that answers serves the rest of the command.
 * Thread-safe.
 */
public final class Gateway {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** A store without a leader looks so from every node: after the first that says it the others have this long. */
    private static final Duration CUT_OFF = Duration.ofSeconds(3);

    /** Long enough for a node that is well to log us in and answer, too short to be missed where it is not. */
    private static final Duration HEAD_START = Duration.ofMillis(300);

    private final Connections connections;
    private final SocketChannelToAgent local;
    private final LastNode lastNode;
    private volatile Optional<AgentClient> serving = Optional.empty();

    /** A gateway through the given connections, or through the socket where there is an agent on this machine. */
    public Gateway(Connections connections, Path localSocket, LastNode lastNode) {
        this.connections = connections;
        this.lastNode = lastNode;
        this.local = new SocketChannelToAgent(localSocket);
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
    void use(AgentClient agent) {
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

    private Optional<AgentClient> firstOf(List<Neighbour> nodes) {
        List<Neighbour> dialable =
                nodes.stream().filter(node -> node.host().isPresent()).toList();
        if (dialable.isEmpty()) {
            return Optional.empty();
        }
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        try {
            dialable.forEach(connections::trust);
            Optional<String> served = lastNode.publicKey();
            boolean known = dialable.stream().anyMatch(node -> isCalled(node, served));
            CompletionService<Answering> race = new ExecutorCompletionService<>(threads);
            CountDownLatch gone = new CountDownLatch(1);
            for (Neighbour node : dialable) {
                boolean ahead = !known || isCalled(node, served);
                race.submit(() -> ahead ? firstToStart(node, gone) : laterAgentOf(node, gone));
            }
            Optional<Answering> winner = winner(race, dialable.size());
            winner.ifPresent(answering -> lastNode.remember(answering.publicKey()));
            return winner.map(Answering::agent);
        } finally {
            threads.shutdownNow();
        }
    }

    private static boolean isCalled(Neighbour node, Optional<String> publicKey) {
        return publicKey.filter(node.publicKey()::equals).isPresent();
    }

    /** When it fails the others need not wait for the rest of its head start. */
    private Answering firstToStart(Neighbour node, CountDownLatch gone) {
        try {
            return agentOf(node);
        } finally {
            gone.countDown();
        }
    }

    private Answering laterAgentOf(Neighbour node, CountDownLatch gone) throws InterruptedException {
        boolean early = gone.await(HEAD_START.toMillis(), TimeUnit.MILLISECONDS);
        if (early && Thread.currentThread().isInterrupted()) {
            throw new CancellationException("another node answered");
        }
        return agentOf(node);
    }

    private static Optional<Answering> winner(CompletionService<Answering> race, int entrants) {
        long end = System.nanoTime() + LIMIT.toNanos();
        Optional<Answering> cutOff = Optional.empty();
        for (int i = 0; i < entrants; i++) {
            Optional<Answering> answering = next(race, end);
            if (answering.filter(Answering::joined).isPresent()) {
                return answering;
            }
            if (cutOff.isEmpty() && answering.isPresent()) {
                cutOff = answering;
                end = Math.min(end, System.nanoTime() + CUT_OFF.toNanos());
            }
        }
        return cutOff;
    }

    /** The next entrant that is through; empty when it failed, or when the time is over. */
    private static Optional<Answering> next(CompletionService<Answering> race, long end) {
        try {
            Future<Answering> finished = race.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            return finished == null ? Optional.empty() : Optional.of(finished.get());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Failure || e.getCause() instanceof CancellationException) {
                return Optional.empty();
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while looking for a node that answers");
        }
    }

    /** An agent, whose it is, and whether its store answers. */
    private record Answering(AgentClient agent, String publicKey, boolean joined) {}

    private Answering agentOf(Neighbour node) {
        AgentClient agent = new AgentClient(new SshChannel(connections.to(node)));
        NodeStatus status = agent.status();
        if (!status.meshed()) {
            throw new NoCluster(agent.name(), "it is no node any more", "Ask another node.");
        }
        return new Answering(agent, status.publicKey(), status.joined());
    }

    /** Where to log in to a node that has a host. */
    static MachineAddress addressOf(Neighbour node) {
        return new MachineAddress(node.host().orElseThrow(), node.sshPort(), MachineAddress.ROOT);
    }

    /** Whether the agent of this machine, if there is one, has this public key; it need not be a node yet. */
    boolean isThisMachine(String publicKey) {
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
    static String tried(List<Neighbour> nodes) {
        List<String> texts = new ArrayList<>();
        nodes.stream()
                .filter(node -> node.host().isPresent())
                .forEach(node -> texts.add(addressOf(node).toString()));
        return texts.isEmpty() ? "none of them can be dialled" : String.join(", ", texts);
    }
}
