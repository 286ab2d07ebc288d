package org.raptiformica.agent.departure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.raptiformica.agent.node.Node;
import org.raptiformica.agent.node.NodeRecord;
import org.raptiformica.agent.reconcile.ReconcileLoop;
import org.raptiformica.agent.replica.Replica;
import org.raptiformica.config.Keys;
import org.raptiformica.config.Neighbour;
import org.raptiformica.consensus.SharedConfig;
import org.raptiformica.consul.ConsulException;
import org.raptiformica.provision.service.Service;
import org.raptiformica.provision.service.Supervision;

/**
 * This node's way out of the cluster. It says in the shared config that it is leaving, so that it is needed no more; it
 * lets its Consul leave while the mesh still carries the news; the others take its entry away when they have heard it
 * ({@link DepartedReconciler}): were it taken away first they would not listen any more.
 */
public final class Departure {

    private final Node node;
    private final Replica replica;
    private final SharedConfig shared;
    private final HandOver handOver;
    private final ReconcileLoop loop;
    private final Supervision supervision;
    private final Service store;
    private volatile boolean begun;
    private final AtomicBoolean underWay;

    /**
     * @param shared where it says that it is leaving
     * @param store this node's Consul as it is supervised
     * @param underWay true while this node's marks are of a departure that goes on, and not of one that was broken off
     */
    public Departure(
            Node node,
            Replica replica,
            SharedConfig shared,
            HandOver handOver,
            ReconcileLoop loop,
            Supervision supervision,
            Service store,
            AtomicBoolean underWay) {
        this.node = node;
        this.replica = replica;
        this.shared = shared;
        this.handOver = handOver;
        this.loop = loop;
        this.supervision = supervision;
        this.store = store;
        this.underWay = underWay;
    }

    /** Whether this node is leaving: its services are not to be started again when they end. */
    public boolean begun() {
        return begun;
    }

    /** See {@link org.raptiformica.cluster.api.AgentApi#leave}. */
    public synchronized void leave() {
        Optional<NodeRecord> record = node.record();
        underWay.set(true);
        try {
            if (record.isPresent() && others() > 0) {
                handOver(record.get().publicKey());
            }
            loop.between(this::leaveStore);
        } finally {
            underWay.set(false);
            // Where the node stays, its marks go: see the reconciler of the departed.
            loop.poke();
        }
    }

    private long others() {
        return Neighbour.all(replica.current()).size() - 1L;
    }

    private void handOver(String publicKey) {
        long now = InstantSource.system().instant().getEpochSecond();
        StoreOutage.bridge(() -> shared.set(Keys.leaving(publicKey), String.valueOf(now)));
        handOver.run();
    }

    private void leaveStore() {
        begun = true;
        try {
            // From here on an agent that starts again does not bring the store back.
            Files.deleteIfExists(node.recordFile());
            if (supervision.state(store.name()).isPresent()) {
                node.consul().agent().leave();
            }
        } catch (ConsulException left) {
            // It ends with its answer under way, or ended before it was asked; that it stops is seen to below.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            supervision.stop(store.name());
            begun = false;
        }
    }
}
