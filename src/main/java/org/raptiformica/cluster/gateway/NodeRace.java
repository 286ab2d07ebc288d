package org.raptiformica.cluster.gateway;

import java.time.Duration;
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
import org.raptiformica.cluster.api.Channel;
import org.raptiformica.cluster.api.NodeStatus;
import org.raptiformica.cluster.api.SshChannel;
import org.raptiformica.config.Neighbour;
import org.raptiformica.failure.Failure;
import org.raptiformica.failure.NoCluster;
import org.raptiformica.host.Route;

/**
 * Finds a node that answers: the one that served last is asked a moment earlier than the others, and where no node is at
 * the host of its entry any more they are looked for at the other addresses that they have told.
 */
final class NodeRace {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** A store without a leader looks so from every node: after the first that says it the others have this long. */
    private static final Duration CUT_OFF = Duration.ofSeconds(3);

    /** Long enough for a node that is well to log us in and answer, too short to be missed where it is not. */
    private static final Duration HEAD_START = Duration.ofMillis(300);

    /** Nodes that are where they are said to be have all answered by then. */
    private static final Duration USUAL = Duration.ofSeconds(3);

    private final Connections connections;
    private final LastNode lastNode;

    NodeRace(Connections connections, LastNode lastNode) {
        this.connections = connections;
        this.lastNode = lastNode;
    }

    /** A node that answers: the way to its agent, who it is, and whether its store answers. */
    record Winner(Channel channel, Route route, String publicKey, boolean joined) {}

    /** The first node whose store answers, or one that is cut off from it where there is none; it is remembered. */
    Optional<Winner> run(List<Neighbour> nodes) {
        List<Neighbour> dialable =
                nodes.stream().filter(node -> node.host().isPresent()).toList();
        List<Route> besides = nodes.stream()
                .flatMap(node -> connections.besides(node).stream())
                .toList();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        try {
            dialable.forEach(connections::trust);
            Optional<String> served = lastNode.publicKey();
            boolean known = dialable.stream().anyMatch(node -> isCalled(node, served));
            CompletionService<Winner> race = new ExecutorCompletionService<>(threads);
            CountDownLatch first = new CountDownLatch(1);
            CountDownLatch all = new CountDownLatch(dialable.size());
            for (Neighbour node : dialable) {
                boolean ahead = !known || isCalled(node, served);
                race.submit(() -> ahead ? first(node, first, all) : later(node, first, all));
            }
            besides.forEach(route -> race.submit(() -> after(USUAL, all, route)));
            Optional<Winner> winner = winner(race, dialable.size() + besides.size());
            winner.ifPresent(node -> lastNode.remember(node.publicKey()));
            return winner;
        } finally {
            threads.shutdownNow();
        }
    }

    private static boolean isCalled(Neighbour node, Optional<String> publicKey) {
        return publicKey.filter(node.publicKey()::equals).isPresent();
    }

    /** When it fails the others need not wait for the rest of its head start. */
    private Winner first(Neighbour node, CountDownLatch first, CountDownLatch all) {
        try {
            return ask(connections.routeTo(node));
        } finally {
            first.countDown();
            all.countDown();
        }
    }

    private Winner later(Neighbour node, CountDownLatch first, CountDownLatch all) throws InterruptedException {
        try {
            return after(HEAD_START, first, connections.routeTo(node));
        } finally {
            all.countDown();
        }
    }

    private Winner after(Duration limit, CountDownLatch gone, Route route) throws InterruptedException {
        boolean early = gone.await(limit.toMillis(), TimeUnit.MILLISECONDS);
        if (early && Thread.currentThread().isInterrupted()) {
            throw new CancellationException("another node answered");
        }
        return ask(route);
    }

    private Winner ask(Route route) {
        Channel channel = new SshChannel(connections.to(route));
        NodeStatus status = new AgentClient(channel).status();
        if (!status.meshed()) {
            throw new NoCluster(channel.name(), "it is no node any more", "Ask another node.");
        }
        return new Winner(channel, route, status.publicKey(), status.joined());
    }

    private static Optional<Winner> winner(CompletionService<Winner> race, int entrants) {
        long end = System.nanoTime() + LIMIT.toNanos();
        Optional<Winner> cutOff = Optional.empty();
        for (int i = 0; i < entrants; i++) {
            Optional<Winner> node = next(race, end);
            if (node.filter(Winner::joined).isPresent()) {
                return node;
            }
            if (cutOff.isEmpty() && node.isPresent()) {
                cutOff = node;
                end = Math.min(end, System.nanoTime() + CUT_OFF.toNanos());
            }
        }
        return cutOff;
    }

    /** The next entrant that is through; empty when it failed, or when the time is over. */
    private static Optional<Winner> next(CompletionService<Winner> race, long end) {
        try {
            Future<Winner> finished = race.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
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
}
