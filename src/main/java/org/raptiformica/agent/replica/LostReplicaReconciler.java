package org.raptiformica.agent.replica;

import java.util.List;
import java.util.Optional;
import org.raptiformica.agent.node.NodeRecord;
import org.raptiformica.agent.reconcile.Reconciler;
import org.raptiformica.agent.reconcile.Step;
import org.raptiformica.consensus.SharedConfig;
import org.raptiformica.consensus.Stored;
import org.raptiformica.consul.Consistency;
import org.raptiformica.provision.service.Service;
import org.raptiformica.provision.service.Supervision;

/**
 * A replica that was damaged on the disk: mesh and store go on as they are configured there, and what the store says takes
 * its place.
 */
public final class LostReplicaReconciler implements Reconciler {

    private final Replica replica;
    private final SharedConfig store;
    private final Supervision supervision;
    private final List<Service> services;

    /** @param services those of a node, mesh engine first */
    public LostReplicaReconciler(Replica replica, SharedConfig store, Supervision supervision, List<Service> services) {
        this.replica = replica;
        this.store = store;
        this.supervision = supervision;
        this.services = List.copyOf(services);
    }

    @Override
    public String name() {
        return "replica";
    }

    @Override
    public Step reconcile(NodeRecord wanted) {
        if (!replica.lost() || replica.whole()) {
            return Step.settled();
        }
        services.stream()
                .filter(service -> supervision.state(service.name()).isEmpty())
                .forEach(supervision::start);
        Optional<Stored> found = store.read(Consistency.DEFAULT);
        found.ifPresent(stored -> replica.take(stored.mapping()));
        return found.isPresent()
                ? Step.changed("took the store's in place of the damaged one")
                : Step.waiting("the shared config in the store");
    }
}
