package org.raptiformica.cluster.api;

import java.util.List;
import org.raptiformica.config.Change;
import org.raptiformica.config.ConfigOperation;
import org.raptiformica.config.Mapping;
import org.raptiformica.config.module.ModuleDescription;

/**
 * What every agent can be asked. Each method is one request and one answer; failures of the node's side arrive as the
 * {@link org.raptiformica.failure.Failure} that the agent threw. Implementations are thread-safe.
 */
public interface AgentApi {

    /** Who this node is and how far it has come; answers at once, also before the node is in a cluster. */
    NodeStatus status();

    /** The members that Consul on this node knows, with the names their neighbour entries give them. */
    List<MemberView> members();

    /** The shared config as the store has it, or as this node's replica has it where the store has no leader. */
    SharedConfigView config();

    /**
     * Changes the shared config in this node's name; returns when the store has taken the changes, or this node has them on
     * its disk because the store has no leader.
     */
    Delivery change(List<Change> changes);

    /** The same for operations that their author keeps until this returns; one that was taken before is not again. */
    Delivery deliver(List<ConfigOperation> operations);

    /**
     * Makes this node a member: writes down what it is, brings mesh and Consul up, and returns when it has joined (or, for
     * a founder, when its store accepts writes).
     */
    MeshResult mesh(MeshRequest request);

    /**
     * Gives a node that is on its way into the cluster what the cluster knows by now: who came in after it was told to join
     * may be the only one that it can link with. A node that has joined hears of them by itself.
     */
    void learn(Mapping config);

    /** Measures the round trip over the mesh from this node to each of the addresses. */
    List<RoundTrip> roundTrips(List<String> addresses);

    /** Asks Consul to join all known neighbours again and every link that is down to be dialled now. */
    void rejoin();

    /**
     * Keeps under which addresses this node is to be reached, for ever; the others learn it as soon as the store takes it.
     *
     * @throws org.raptiformica.failure.BadData when one is no address, or nobody's but every machine's own
     */
    void advertise(Advertisement wish);

    /** Tells Consul that these members are gone for good, so that they are no longer waited for. */
    void forget(List<String> meshAddresses);

    /**
     * Takes this node out of the store in order, so that it never counts as failed. When this returns it is no member any
     * more and stays none, the other nodes forget it, and its files may be removed. May be asked again after an
     * interruption, also when it has left.
     *
     * @throws org.raptiformica.failure.StepFailed when it is the only server of a store that other nodes use and none of
     *     them takes over in time; nothing has changed then
     */
    void leave();

    /** What this node has of the store; works without a leader. */
    StoreState storeState();

    /**
     * Lets this node go on with its data among these servers alone, or, with none, found a new store from its replica.
     * Nothing is deleted. For a store that lost its quorum for good.
     */
    void recoverStore(List<StoreServer> servers);

    /** Takes a snapshot of the store, and keeps it for {@link #snapshotPart} until the next one is asked for. */
    SnapshotAbout saveSnapshot();

    /** A part of the snapshot that was taken last. */
    SnapshotPart snapshotPart(SnapshotPart wanted);

    /** Keeps one part of a snapshot that is to be restored; they come in order, and change nothing yet. */
    void putSnapshotPart(SnapshotPart part);

    /**
     * Puts the store back to the snapshot whose parts have been sent; the nodes, and who of them is a server, stay as they
     * are. When this returns the store has it and goes on.
     *
     * @throws org.raptiformica.failure.BadData when it is damaged; nothing has changed then
     */
    void restoreSnapshot(SnapshotAbout about);

    /** The modules that are installed on this node, which are those of the cluster; not those of the program itself. */
    List<ModuleDescription> modules();

    /** Keeps one part of a module's archive in the store; it does not count before {@link #putModule}. */
    void putModulePart(ModulePart part);

    /**
     * Lets the archive count whose parts have been sent: this node has the module's files and the shared config its
     * definitions when this returns, the other nodes follow, those that are away when they come back.
     */
    void putModule(PackedModule module);

    /**
     * Takes a module's files and definitions away, likewise; keys to which another module gives a value get that.
     *
     * @throws org.raptiformica.failure.BadData when the cluster has none of this name
     */
    void removeModule(String name);
}
