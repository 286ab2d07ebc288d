package org.raptiformica.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.raptiformica.config.Keys;
import org.raptiformica.config.Neighbour;
import org.raptiformica.consensus.Member;
import org.raptiformica.consul.ConsulException;
import org.raptiformica.failure.StepFailed;
import org.raptiformica.host.Waiting;
import org.raptiformica.provision.service.Service;
import org.raptiformica.provision.service.Supervision;

/**
 * This node's way out of the cluster. It says in the shared config that it is leaving, so that it is needed no more; it
 * lets its Consul leave while the mesh still carries the news; the others take its entry away when they have heard it
 * ({@link DepartedReconciler}): were it taken away first they would not listen any more.
 */
final class Departure {

    /** Who decides about roles sees the mark at once; a change of roles takes a few seconds. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Node node;
    private final ReconcileLoop loop;
    private final Supervision supervision;
    private final Service store;
    private volatile boolean begun;

    Departure(Node node, ReconcileLoop loop, Supervision supervision, Service store) {
        this.node = node;
        this.loop = loop;
        this.supervision = supervision;
        this.store = store;
    }

    /** Whether this node is leaving: its services are not to be started again when they end. */
    boolean begun() {
        return begun;
    }

    /** See {@link org.raptiformica.cluster.api.AgentApi#leave}. */
    synchronized void leave() {
        Optional<NodeRecord> record = node.record();
        if (record.isPresent() && others() > 0) {
            becomeDispensable(record.get().publicKey());
        }
        loop.between(this::leaveStore);
    }

    private long others() {
        return Neighbour.all(node.replica().current()).size() - 1L;
    }

    private void becomeDispensable(String publicKey) {
        String mark = Keys.leaving(publicKey);
        node.store().set(mark, String.valueOf(InstantSource.system().instant().getEpochSecond()));
        try {
            Waiting.until("another server of the store", PATIENCE, this::dispensable);
        } catch (StepFailed stillNeeded) {
            node.store().delete(mark);
            throw new StepFailed(
                    name(publicKey),
                    "it is the only server of the store, which " + others() + " other nodes use",
                    "Let it leave when another node is a server (`raptiformica members` shows the types), or after the"
                            + " others have left.");
        }
    }

    private String name(String publicKey) {
        return Neighbour.of(node.replica().current(), publicKey)
                .map(Neighbour::name)
                .orElse("this node");
    }

    private Optional<Boolean> dispensable() {
        String self = node.engine().ensureIdentity().address().getHostAddress();
        boolean otherServer = false;
        for (Member member : node.membership().members()) {
            boolean server = member.type() == Member.Type.SERVER;
            if (!server && member.node().equals(self)) {
                return Optional.of(true);
            }
            otherServer |= server && member.alive() && !member.node().equals(self);
        }
        return otherServer ? Optional.of(true) : Optional.empty();
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
