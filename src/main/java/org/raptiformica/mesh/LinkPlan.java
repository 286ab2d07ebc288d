package org.raptiformica.mesh;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What {@link MeshLinks} found due.
 *
 * @param steps to take on the engine, in this order
 * @param attempts what to give to the next call: which address of a node is being tried, since when, by its key
 * @param strangers links that are up, dialled by nodes that are no members. No engine can be told to drop these: the
 *     password keeps them out, and where they know it only a new password and a restart does
 */
public record LinkPlan(List<LinkStep> steps, Map<String, Attempt> attempts, List<Peer> strangers) {

    public LinkPlan {
        steps = List.copyOf(steps);
        attempts = Map.copyOf(attempts);
        strangers = List.copyOf(strangers);
    }

    /**
     * An address being tried.
     *
     * @param address that is dialled
     * @param since the engine was told to, the last time
     */
    public record Attempt(PeerAddress address, Instant since) {}
}
