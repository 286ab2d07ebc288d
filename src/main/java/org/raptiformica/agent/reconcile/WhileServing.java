package org.raptiformica.agent.reconcile;

import org.raptiformica.agent.node.NodeRecord;
import org.raptiformica.consensus.ConsulRole;

/**
 * A reconciler for which the following ones do not wait on a server: the only one that is left of its cluster has nobody
 * to be linked with, and its store is to be looked after all the same.
 *
 * @param of the reconciler itself
 */
public record WhileServing(Reconciler of) implements Reconciler {

    @Override
    public String name() {
        return of.name();
    }

    @Override
    public Step reconcile(NodeRecord wanted) {
        Step step = of.reconcile(wanted);
        return step instanceof Step.Waiting && wanted.role() != ConsulRole.CLIENT ? Step.settled() : step;
    }
}
