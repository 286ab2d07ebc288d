package org.raptiformica.agent;

import java.nio.file.Path;
import java.util.Optional;
import org.raptiformica.consensus.ConsulRole;
import org.raptiformica.consensus.SharedConfig;
import org.raptiformica.consensus.Stored;
import org.raptiformica.consul.Consistency;

/** The shared config: a founder puts it into its new store; from then on the store's is what this node works by. */
final class SharedConfigReconciler implements Reconciler {

    private final SharedConfig store;
    private final Replica replica;
    private final Path recordFile;

    SharedConfigReconciler(SharedConfig store, Replica replica, Path recordFile) {
        this.recordFile = recordFile;
        this.store = store;
        this.replica = replica;
    }

    @Override
    public String name() {
        return "shared config";
    }

    @Override
    public Step reconcile(NodeRecord wanted) {
        Optional<Stored> found = store.read(Consistency.DEFAULT);
        if (found.isPresent()) {
            return replica.take(found.get().mapping()) ? Step.changed("took over the store's") : settle(wanted);
        }
        if (wanted.role() != ConsulRole.FOUNDER) {
            return Step.waiting("the shared config in the store");
        }
        store.seed(replica.current());
        return Step.changed("put the shared config into the new store");
    }

    /** A founder that has founded is a server like others: with its data lost it must not found a second store. */
    private Step settle(NodeRecord wanted) {
        if (wanted.role() != ConsulRole.FOUNDER) {
            return Step.settled();
        }
        new NodeRecord(wanted.publicKey(), ConsulRole.SERVER).write(recordFile);
        return Step.changed("the store is founded");
    }
}
