package org.raptiformica.agent;

import java.nio.file.Files;
import org.raptiformica.agent.node.NodeRecord;
import org.raptiformica.agent.reconcile.Reconciler;
import org.raptiformica.agent.reconcile.Step;
import org.raptiformica.config.NodePaths;
import org.raptiformica.provision.service.Service;
import org.raptiformica.provision.service.Supervision;

/**
 * The guard starts an agent that ended; an agent starts a guard that was killed. One that ends as it should takes its pid
 * file along, and where systemd looks after the agent there is none.
 */
final class GuardReconciler implements Reconciler {

    private static final String GUARD = "guard";

    private final NodePaths paths;
    private final Supervision ofAgent;

    GuardReconciler(NodePaths paths, Supervision ofAgent) {
        this.paths = paths;
        this.ofAgent = ofAgent;
    }

    @Override
    public String name() {
        return GUARD;
    }

    @Override
    public Step reconcile(NodeRecord wanted) {
        boolean killed = Files.exists(paths.run().resolve(GUARD + ".pid"))
                && ofAgent.state(GUARD).isEmpty();
        if (!killed) {
            return Step.settled();
        }
        ofAgent.start(Service.agent(paths));
        return Step.changed("started again, for it had been killed");
    }
}
