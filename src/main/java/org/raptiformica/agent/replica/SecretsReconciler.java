package org.raptiformica.agent.replica;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.raptiformica.agent.node.NodeRecord;
import org.raptiformica.agent.reconcile.Reconciler;
import org.raptiformica.agent.reconcile.Step;
import org.raptiformica.config.Change;
import org.raptiformica.config.Secrets;
import org.raptiformica.consensus.SharedConfig;

/**
 * The secrets by which the nodes know each other: a node keeps those that it came into the cluster with. Where the store
 * says otherwise, as somebody wrote it past the commands, they are put back: with another gossip key all servers would
 * restart at once, and who is away at that moment could never come back.
 */
public final class SecretsReconciler implements Reconciler {

    private final SharedConfig store;
    private final Replica replica;
    private final BooleanSupplier same;

    /**
     * @param replica whose secrets count
     * @param same whether the store was seen to have them; who has looked at it already need not ask it again
     */
    public SecretsReconciler(SharedConfig store, Replica replica, BooleanSupplier same) {
        this.store = store;
        this.replica = replica;
        this.same = same;
    }

    @Override
    public String name() {
        return "secrets";
    }

    @Override
    public Step reconcile(NodeRecord wanted) {
        if (same.getAsBoolean()) {
            return Step.settled();
        }
        Map<String, String> kept = Secrets.of(replica.current()).asMap();
        List<String> other = kept.entrySet().stream()
                .filter(secret -> !store.value(secret.getKey()).equals(Optional.of(secret.getValue())))
                .map(Map.Entry::getKey)
                .toList();
        if (other.isEmpty()) {
            return Step.settled();
        }
        List<Change> back = other.stream()
                .<Change>map(key -> new Change.Set(key, kept.getOrDefault(key, "")))
                .toList();
        store.write(_ -> back);
        return Step.changed(
                "put back what somebody wrote over: " + other.stream().sorted().collect(Collectors.joining(", ")));
    }
}
