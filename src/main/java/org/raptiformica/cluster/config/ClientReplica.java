package org.raptiformica.cluster.config;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.raptiformica.cluster.api.AgentApi;
import org.raptiformica.cluster.api.Delivery;
import org.raptiformica.cluster.api.SharedConfigView;
import org.raptiformica.config.Change;
import org.raptiformica.config.ConfigCache;
import org.raptiformica.config.ConfigOperation;
import org.raptiformica.config.Mapping;
import org.raptiformica.config.Outbox;
import org.raptiformica.config.SharedConfigRules;

/**
 * A client's copy of the shared config and the changes that it made and no node has taken yet. A change that was made here
 * arrives in the store exactly once, whichever nodes it is given to and whenever. Thread-safe.
 */
public final class ClientReplica {

    private final ConfigCache cache;
    private final Outbox outbox;

    /** In this cache and this outbox. */
    public ClientReplica(ConfigCache cache, Outbox outbox) {
        this.cache = cache;
        this.outbox = outbox;
    }

    /** Keeps changes, in the cache and for the nodes, until {@link #deliver} has given them to one. */
    public ConfigOperation record(List<Change> changes) {
        SharedConfigRules.check(cache.read().orElse(Mapping.empty()), changes);
        ConfigOperation made = outbox.record(changes);
        cache.update(made::onTopOf);
        return made;
    }

    /** Takes back what no node takes, as it may never be applied. */
    public void withdraw(ConfigOperation refused) {
        outbox.remove(Set.of(refused.id()));
    }

    /** How many operations no node has taken yet. */
    public int waiting() {
        return outbox.isEmpty() ? 0 : outbox.content().operations().size();
    }

    /**
     * Gives an agent all that waits, in order. When it throws, nothing is lost and what may have been taken is given again.
     *
     * @param justMade ids of the operations that a person makes at this moment, knowing what the cluster knows
     */
    public Delivery deliver(AgentApi agent, Set<String> justMade) {
        List<ConfigOperation> waiting = outbox.content().operations();
        Delivery delivery = agent.deliver(waiting.stream()
                .map(one -> justMade.contains(one.id()) ? one.knowing(ConfigOperation.AS_OF_NOW) : one)
                .toList());
        outbox.delivered(waiting.stream().map(ConfigOperation::id).collect(Collectors.toSet()), delivery.latest());
        return delivery;
    }

    /** What this machine knows by itself, which may be old. */
    SharedConfigView view(Mapping known) {
        Outbox.Content content = outbox.content();
        return new SharedConfigView(
                known,
                false,
                content.asOf(),
                content.base(),
                content.latest(),
                content.operations().size());
    }

    /** Takes over what the cluster says; what waits stays on top of it. */
    public Mapping take(SharedConfigView view) {
        outbox.saw(view.base(), view.latest(), view.asOf().orElse(Instant.EPOCH));
        Outbox.Content content = outbox.content();
        return cache.update(_ -> content.onTopOf(view.mapping()));
    }
}
