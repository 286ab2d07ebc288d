package org.raptiformica.agent;

import java.util.List;

/** The files of modules: this node has those that the cluster has, in the same version. */
final class ModuleFilesReconciler implements Reconciler {

    private final ModuleFiles files;

    ModuleFilesReconciler(ModuleFiles files) {
        this.files = files;
    }

    @Override
    public String name() {
        return "modules";
    }

    @Override
    public Step reconcile(NodeRecord wanted) {
        List<String> done = files.sync();
        return done.isEmpty() ? Step.settled() : Step.changed(String.join("; ", done));
    }
}
