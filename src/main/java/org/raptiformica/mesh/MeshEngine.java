package org.raptiformica.mesh;

import java.util.List;

/**
 * The program that makes the mesh, on this node: its identity, its configuration file, and, while it runs, its links.
 * The process itself belongs to whoever supervises it. Thread-safe.
 */
public interface MeshEngine {

    /** Which one it is. */
    EngineKind kind();

    /** The engine's name in the shared config: {@code yggdrasil}, {@code cjdns}. */
    default String name() {
        return kind().word();
    }

    /**
     * Makes this node's identity if it has none, and tells it. It is kept for ever: no later call changes it.
     *
     * @throws org.raptiformica.failure.BadData when there is a configuration that this program did not write, or half of
     *     one: it is never overwritten
     */
    MeshIdentity ensureIdentity();

    /**
     * Writes the configuration, keeping the identity, and where the settings name no peers those of {@link #dialAtStart}.
     *
     * @return whether the file changed, so that a running engine has to be restarted to follow
     */
    boolean configure(MeshSettings settings);

    /**
     * Lets the engine dial these nodes by itself when it starts the next time, should nobody tell it to then. Nothing
     * changes for one that runs. Of an engine that refuses to be told of peers again that it has in its file, nothing.
     */
    default void dialAtStart(List<WantedPeer> peers) {}

    /** The process to supervise: it stays in the foreground, logs to standard output and ends on SIGTERM. */
    List<String> command();

    /**
     * Ends what is left of an engine after its supervised process has ended, however that came, so that neither port nor
     * interface stays taken. Not for one that runs.
     */
    void endLeftovers();

    /** How the running engine does; never throws for an engine that does not answer. */
    MeshStatus status();

    /**
     * The links of the running engine, up and down.
     *
     * @throws EngineException when it cannot be asked
     */
    List<Peer> peers();

    /**
     * Lets the running engine keep a link to a node from now on, until it stops. No other link is touched. A link it
     * keeps already is tried again at once if it is down.
     *
     * @throws EngineException when it cannot be asked or refuses
     */
    void addPeer(PeerAddress peer);

    /**
     * Lets the running engine drop the link it dialled to this address, and no other. A link it does not have is no error.
     * An engine that does not {@linkplain #tellsLinksApart tell links apart} keeps it while another link to the same node is up.
     *
     * @throws EngineException when it cannot be asked or refuses
     */
    void removePeer(PeerAddress peer);

    /**
     * Lets the running engine part with a node: the link it dialled to this address goes, whatever other links to the same
     * node go with it.
     *
     * @throws EngineException when it cannot be asked or refuses
     */
    default void unlink(PeerAddress peer) {
        removePeer(peer);
    }

    /** Whether one of several links to the same node can be dropped without touching the others. */
    default boolean tellsLinksApart() {
        return true;
    }

    /**
     * Tries this address again now rather than when the engine would, which may be minutes later. A link that is up is
     * dropped and dialled anew: it may only look so.
     *
     * @throws EngineException when it cannot be asked or refuses
     */
    void redial(PeerAddress peer);

    /** The network interface of the mesh, as configured. */
    String interfaceName();
}
