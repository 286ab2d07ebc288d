package org.raptiformica.mesh;

/** One change to the links of a running engine, and the reason for it. */
public sealed interface LinkStep {

    /** The address that is dialled, or is no longer. */
    PeerAddress peer();

    /** Why: a clause for the log. */
    String why();

    /** See {@link MeshEngine#addPeer}. */
    record Add(PeerAddress peer, String why) implements LinkStep {}

    /** See {@link MeshEngine#removePeer}. */
    record Remove(PeerAddress peer, String why) implements LinkStep {}

    /** See {@link MeshEngine#unlink}. */
    record Unlink(PeerAddress peer, String why) implements LinkStep {}

    /** See {@link MeshEngine#redial}. */
    record Redial(PeerAddress peer, String why) implements LinkStep {}

    /** Takes this step on an engine. */
    default void take(MeshEngine engine) {
        switch (this) {
            case Add add -> engine.addPeer(add.peer());
            case Remove remove -> engine.removePeer(remove.peer());
            case Unlink unlink -> engine.unlink(unlink.peer());
            case Redial redial -> engine.redial(redial.peer());
        }
    }
}
