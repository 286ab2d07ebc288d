package org.raptiformica.cluster.config;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.raptiformica.cluster.api.AgentClient;
import org.raptiformica.cluster.api.SharedConfigView;
import org.raptiformica.cluster.gateway.Gateway;
import org.raptiformica.config.Change;
import org.raptiformica.config.ConfigCache;
import org.raptiformica.config.ConfigOperation;
import org.raptiformica.config.Keys;
import org.raptiformica.config.Mapping;
import org.raptiformica.config.Neighbour;
import org.raptiformica.config.Secrets;
import org.raptiformica.failure.BadData;
import org.raptiformica.failure.Failure;
import org.raptiformica.failure.MachineUnreachable;
import org.raptiformica.failure.NoCluster;
import org.raptiformica.failure.StepFailed;
import org.raptiformica.mesh.EngineKind;

/**
 * The shared config as a client sees it, in the contract's order: the store through any node that answers, else the
 * cache, else the modules on disk. What the store says is kept in the cache. Thread-safe.
 */
public final class ClusterConfig {

    private final ConfigCache cache;
    private final ClientReplica replica;
    private final Gateway gateway;
    private final Supplier<Mapping> modules;
    private volatile Optional<RequiredMesh> required = Optional.empty();

    /** What a cluster that is yet to be made has its mesh of. */
    private record RequiredMesh(EngineKind engine, String secret) {}

    /**
     * @param cache the client's copy
     * @param gateway the way to the store
     * @param modules loads the module files on disk, merged
     */
    public ClusterConfig(ConfigCache cache, Gateway gateway, Supplier<Mapping> modules) {
        this.cache = cache;
        this.replica = new ClientReplica(cache, cache.clientOutbox());
        this.gateway = gateway;
        this.modules = modules;
    }

    /**
     * The mapping to work with. Where there is no cluster yet it is made of the modules on disk and of secrets that are
     * drawn at first use and stay.
     */
    public Mapping current() {
        Mapping known = cached();
        Optional<AgentClient> agent = reach(Neighbour.all(known));
        if (agent.isEmpty()) {
            return known;
        }
        SharedConfigView view = agent.get().config();
        return view.fromStore() ? replica.take(view) : known;
    }

    /** Brings the cache up to date where a node answers, for work that goes on with {@link #cached}. */
    public void refresh() {
        // A broken file of ours is no store that is away: that is told.
        cached();
        try {
            current();
        } catch (Failure storeAway) {
            // What is known already has to do; the next command that reaches the store does this.
        }
    }

    /**
     * What is known and how well: from the store through any node that answers, else from that node's replica, else from
     * this client's own.
     */
    public SharedConfigView view() {
        Mapping known = cached();
        Optional<AgentClient> agent = reach(Neighbour.all(known));
        if (agent.isPresent()) {
            SharedConfigView view = agent.get().config();
            if (view.fromStore()) {
                replica.take(view);
            }
            return view;
        }
        return replica.view(known);
    }

    /** A node that answers; it is given what earlier commands could give to none. */
    private Optional<AgentClient> reach(List<Neighbour> nodes) {
        Optional<AgentClient> agent = gateway.reach(nodes);
        agent.ifPresent(this::deliverWaiting);
        return agent;
    }

    private void deliverWaiting(AgentClient agent) {
        if (replica.waiting() > 0) {
            try {
                replica.deliver(agent, Set.of());
            } catch (Failure stillWaiting) {
                // It stays in the outbox for the next command; this one goes on with what it was told to do.
            }
        }
    }

    /** What this machine knows by itself, with the engine of {@link #require}. */
    public Mapping cached() {
        return meshedAsRequired(onDisk());
    }

    private Mapping onDisk() {
        Optional<Mapping> present = cache.read();
        if (present.filter(mapping -> !Neighbour.all(mapping).isEmpty()).isPresent()) {
            return present.get();
        }
        return cache.update(old -> withSecrets(modules.get().mergedWith(old.below(Keys.below("meshnet")))));
    }

    /**
     * Gives a cluster that is yet to be made this mesh engine; one that there is keeps the one it has. What is asked for
     * counts from now on, and is kept with {@link #keepEngine}: a command that makes no cluster leaves nothing behind.
     *
     * @throws BadData where that is another one
     */
    public void require(EngineKind engine) {
        refuseAnother(engine, onDisk());
        required = Optional.of(new RequiredMesh(engine, Secrets.fresh()));
    }

    /**
     * Lets another cluster's config pass whose engine is the one that was asked for, or where none was.
     *
     * @throws BadData where it is another one
     */
    public void requireIn(Mapping theirs) {
        required.ifPresent(mesh -> refuseAnother(mesh.engine(), theirs));
    }

    /**
     * A machine is about to get this config: from now on the cluster is of the engine that was asked for.
     *
     * @throws BadData where another command has given it another one meanwhile
     */
    public void keepEngine() {
        required.ifPresent(mesh -> cache.update(mapping -> {
            refuseAnother(mesh.engine(), mapping);
            return meshedAsRequired(mapping);
        }));
    }

    private static void refuseAnother(EngineKind engine, Mapping mapping) {
        EngineKind present = EngineKind.of(mapping);
        if (present != engine && !Neighbour.all(mapping).isEmpty()) {
            throw new BadData(
                    "--mesh " + engine.word(),
                    "the mesh of this cluster is of " + present.word() + "; all its nodes have the same engine",
                    "Leave --mesh out, or make another cluster: give it a cache directory of its own with"
                            + " --cache-dir.");
        }
    }

    private Mapping meshedAsRequired(Mapping mapping) {
        EngineKind present = EngineKind.of(mapping);
        return required.filter(mesh ->
                        mesh.engine() != present && Neighbour.all(mapping).isEmpty())
                .map(mesh -> mapping.withoutBelow(Keys.below("meshnet", present.word()))
                        .with(Keys.MESH_ENGINE, mesh.engine().word())
                        .with(Keys.meshPassword(mesh.engine().word()), mesh.secret()))
                .orElse(mapping);
    }

    /** Nodes were cleaned, and the one that served this command may be among them: it is not relied on any more. */
    public void someWereCleaned() {
        gateway.chooseAnew();
    }

    /** Whether the agent of this machine is that of the node with this public key. */
    public boolean isThisMachine(String publicKey) {
        return gateway.isThisMachine(publicKey);
    }

    /** The nodes of the cluster; empty where there is none yet. */
    public List<Neighbour> nodes() {
        return Neighbour.all(current());
    }

    /** An agent that answers; throws {@link NoCluster} with what was tried. */
    public AgentClient agent() {
        Optional<AgentClient> ofThisMachine = gateway.ofThisMachine();
        if (ofThisMachine.isPresent()) {
            deliverWaiting(ofThisMachine.get());
            return ofThisMachine.get();
        }
        List<Neighbour> nodes = cache.read().map(Neighbour::all).orElse(List.of());
        return reach(nodes).orElseThrow(() -> unreached(nodes));
    }

    private NoCluster unreached(List<Neighbour> nodes) {
        if (nodes.isEmpty()) {
            return new NoCluster(
                    "this machine",
                    "it knows of no cluster",
                    "Make one with `raptiformica spawn` or `raptiformica slave HOST`, or name the cache directory of"
                            + " yours with --cache-dir.");
        }
        return new NoCluster(
                "cluster of " + nodes.size() + (nodes.size() == 1 ? " node" : " nodes"),
                nodes.size() == 1
                        ? "its only node, %s, does not answer (tried %s)"
                                .formatted(nodes.getFirst().name(), Gateway.tried(nodes))
                        : "no node answers (tried " + Gateway.tried(nodes) + ")",
                "Bring one of them up. If they are gone for good: `raptiformica prune` forgets instances that are gone,"
                        + " `raptiformica destroy` the whole cluster.");
    }

    /** How many changes no node has taken yet. */
    public int waiting() {
        return replica.waiting();
    }

    /** What became of a change. */
    public enum Changed {
        /** It is in the store, or, where there is no cluster yet, in the cache. */
        STORED,
        /** A node has it on its disk, and brings it into the store as soon as that has a leader again. */
        QUEUED_ON_A_NODE,
        /** No node answers: it is on this machine, and the next command that reaches a node brings it there. */
        QUEUED_HERE
    }

    /**
     * Changes the shared config. Once this returns the change is on a disk, and arrives in the store exactly once.
     *
     * @throws org.raptiformica.failure.BadData for changes that could never be applied
     */
    public Changed change(List<Change> changes) {
        List<Neighbour> nodes = Neighbour.all(cached());
        if (nodes.isEmpty()) {
            remember(changes);
            return Changed.STORED;
        }
        return change(changes, reach(nodes));
    }

    /** The same through this agent; without one it waits here for the next command that reaches a node. */
    public Changed change(List<Change> changes, Optional<AgentClient> agent) {
        return given(agent, replica.record(changes));
    }

    private Changed given(Optional<AgentClient> agent, ConfigOperation made) {
        if (agent.isEmpty()) {
            return Changed.QUEUED_HERE;
        }
        try {
            return replica.deliver(agent.get(), Set.of(made.id())).stored() ? Changed.STORED : Changed.QUEUED_ON_A_NODE;
        } catch (NoCluster | MachineUnreachable | StepFailed lost) {
            return Changed.QUEUED_HERE;
        } catch (BadData refused) {
            // Kept it would be refused again with whatever is changed next. What the cache says of it goes with the
            // next look.
            replica.withdraw(made);
            throw refused;
        }
    }

    /**
     * Changes the shared config of a cluster; without a quorum every node that can be reached keeps the change. For what
     * all of them have to know before there is a quorum again: who is gone for good.
     */
    public Changed changeEverywhere(List<Change> changes) {
        Optional<AgentClient> agent = reach(Neighbour.all(cached()));
        ConfigOperation made = replica.record(changes);
        Changed changed = given(agent, made);
        if (changed == Changed.QUEUED_ON_A_NODE) {
            // It arrives in the store once, however many bring it.
            ConfigOperation now = made.knowing(ConfigOperation.AS_OF_NOW);
            gateway.each(Neighbour.all(cached()), node -> node.deliver(List.of(now)));
        }
        return changed;
    }

    /** Changes the cache alone: no node hears of it. */
    public void remember(List<Change> changes) {
        cache.update(mapping -> {
            Mapping changed = mapping;
            for (Change change : changes) {
                changed = change.appliedTo(changed);
            }
            return changed;
        });
    }

    private static Mapping withSecrets(Mapping mapping) {
        Mapping complete = mapping;
        EngineKind engine = EngineKind.of(complete);
        complete = complete.with(Keys.MESH_ENGINE, engine.word());
        String meshPassword = Keys.meshPassword(engine.word());
        if (complete.get(meshPassword).isEmpty()) {
            complete = complete.with(meshPassword, Secrets.fresh());
        }
        if (complete.get(Keys.CONSUL_PASSWORD).isEmpty()) {
            complete = complete.with(Keys.CONSUL_PASSWORD, Secrets.fresh());
        }
        return complete;
    }
}
