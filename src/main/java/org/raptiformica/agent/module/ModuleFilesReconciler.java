package org.raptiformica.agent.module;

import java.util.List;
import org.raptiformica.agent.node.NodeRecord;
import org.raptiformica.agent.reconcile.Reconciler;
import org.raptiformica.agent.reconcile.Step;

/** The files of modules: this node has those that the cluster has, in the same version. */
public final class ModuleFilesReconciler implements Reconciler {

    private final ModuleFiles files;

    /** Keeps these files so. */
    public ModuleFilesReconciler(ModuleFiles files) {
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
