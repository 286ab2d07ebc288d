package org.raptiformica.agent.recovery;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.raptiformica.agent.node.Node;
import org.raptiformica.agent.node.NodeRecord;
import org.raptiformica.agent.reconcile.Reconciler;
import org.raptiformica.agent.reconcile.Step;
import org.raptiformica.agent.replica.Replica;
import org.raptiformica.cluster.api.StoreServer;
import org.raptiformica.cluster.api.StoreState;
import org.raptiformica.config.CacheFiles;
import org.raptiformica.config.NodePaths;
import org.raptiformica.consensus.ConsulPorts;
import org.raptiformica.consensus.ConsulRole;
import org.raptiformica.consensus.Member;
import org.raptiformica.consensus.RaftAddress;
import org.raptiformica.consensus.RaftData;
import org.raptiformica.consul.Consistency;
import org.raptiformica.consul.ConsulException;
import org.raptiformica.failure.StepFailed;
import org.raptiformica.provision.service.Supervision;

/**
 * This node's part in bringing a store back that has lost its quorum: Consul's documented outage recovery, a
 * {@code peers.json} beside the data. A reconciler, so that no other one starts Consul meanwhile.
 */
public final class StoreRecovery implements Reconciler, QuorumReconciler.Part {

    private static final long LIMIT_SECONDS = 60;

    private final Node node;
    private final Replica replica;
    private final NodePaths paths;
    private final RaftData data;
    private final Supervision supervision;
    private final AtomicReference<Optional<ConsulRole>> told;
    private final InstantSource clock;
    private final AtomicReference<Optional<Order>> pending = new AtomicReference<>(Optional.empty());

    private record Order(List<StoreServer> servers, CompletableFuture<String> done) {}

    /**
     * @param data this node's copy of the store
     * @param told what this node was told to be by a store that is no more
     */
    public StoreRecovery(
            Node node,
            Replica replica,
            NodePaths paths,
            RaftData data,
            Supervision supervision,
            AtomicReference<Optional<ConsulRole>> told,
            InstantSource clock) {
        this.node = node;
        this.replica = replica;
        this.paths = paths;
        this.data = data;
        this.supervision = supervision;
        this.told = told;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "recovery";
    }

    /** What this node has of the store. */
    public StoreState state() {
        List<String> servers = servers();
        return new StoreState(
                node.meshAddress(),
                node.record()
                        .filter(record -> record.role() != ConsulRole.CLIENT)
                        .isPresent(),
                consulId(),
                data.present(),
                node.hasLeader(),
                servers,
                aliveServers(),
                replica.outbox().content().base(),
                replicaAt());
    }

    private List<String> servers() {
        try {
            return node.leaderProbe().raft().configuration(Consistency.STALE).stream()
                    .map(server -> RaftAddress.host(server.address()).getHostAddress())
                    .toList();
        } catch (ConsulException notRunning) {
            return List.of();
        }
    }

    private List<String> aliveServers() {
        try {
            return node.membership().members().stream()
                    .filter(Member::serves)
                    .map(Member::node)
                    .toList();
        } catch (ConsulException notRunning) {
            return List.of();
        }
    }

    private Optional<String> consulId() {
        try {
            Path file = paths.consulData().resolve("node-id");
            return Files.exists(file) ? Optional.of(Files.readString(file).strip()) : Optional.empty();
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    private long replicaAt() {
        try {
            return Files.getLastModifiedTime(paths.cache().root().resolve("mutable_config.json"))
                    .toMillis();
        } catch (IOException none) {
            return 0;
        }
    }

    /**
     * Lets this node go on with its data among these servers, or, with none, found a new store from its replica. Returns
     * when Consul is told so.
     *
     * @param poke lets the reconcilers run, of which this is one
     * @throws StepFailed when that has not happened within a minute; nothing is deleted
     */
    public void order(List<StoreServer> servers, Runnable poke) {
        Order order = new Order(List.copyOf(servers), new CompletableFuture<>());
        pending.set(Optional.of(order));
        poke.run();
        try {
            order.done.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException failed) {
            throw new StepFailed(
                    "the store of this node",
                    "it was not recovered: " + failed,
                    "See the agent's log; nothing was deleted, run the command again.");
        }
    }

    /** The record may be another afterwards: the others look at it in the next round. */
    @Override
    public Step reconcile(NodeRecord wanted) {
        Optional<Order> order = pending.getAndSet(Optional.empty());
        if (order.isEmpty()) {
            return Step.settled();
        }
        try {
            String done = carryOut(order.get().servers(), wanted);
            order.get().done().complete(done);
            return Step.waiting(done);
        } catch (RuntimeException failed) {
            order.get().done().completeExceptionally(failed);
            throw failed;
        }
    }

    private String carryOut(List<StoreServer> servers, NodeRecord wanted) {
        return servers.isEmpty() ? foundAnew(wanted) : goOn(servers, wanted);
    }

    @Override
    public String goOn(QuorumLoss.Verdict.GoOn with, NodeRecord wanted) {
        return goOn(with.servers(), wanted);
    }

    @Override
    public String foundAnew(NodeRecord wanted) {
        restarted(wanted, ConsulRole.FOUNDER);
        return "a new store, founded from the replica";
    }

    @Override
    public String stepBack(NodeRecord wanted) {
        restarted(wanted, ConsulRole.CLIENT);
        return "a client agent again";
    }

    /** Without the copy of the store that it has. */
    private void restarted(NodeRecord wanted, ConsulRole role) {
        supervision.stop("consul");
        told.set(Optional.empty());
        data.setAside(clock.instant());
        node.write(new NodeRecord(wanted.publicKey(), role));
    }

    private String goOn(List<StoreServer> servers, NodeRecord wanted) {
        supervision.stop("consul");
        told.set(Optional.empty());
        Path copy = data.copyAside(clock.instant());
        try {
            CacheFiles.replace(data.raft().resolve("peers.json"), peers(servers).getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        node.write(new NodeRecord(wanted.publicKey(), ConsulRole.SERVER));
        return "the store to go on with " + servers.size() + " of its servers (its data before that: " + copy + ")";
    }

    static String peers(List<StoreServer> servers) {
        JsonArray peers = new JsonArray();
        servers.forEach(server -> {
            JsonObject peer = new JsonObject();
            peer.addProperty("id", server.consulId());
            peer.addProperty(
                    "address",
                    "[" + server.meshAddress() + "]:" + ConsulPorts.usual().server());
            peer.addProperty("non_voter", false);
            peers.add(peer);
        });
        return peers.toString();
    }
}
