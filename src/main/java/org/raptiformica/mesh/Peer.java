package org.raptiformica.mesh;

import java.net.Inet6Address;
import java.time.Duration;
import java.util.Optional;

/**
 * A mesh link, or the attempt at one, as the engine sees it.
 *
 * @param publicKey of the node at the other end; empty while an engine that does not know it yet dials
 * @param address the node's mesh address; empty where the key is
 * @param remote the other end in the underlay, in the form of {@link PeerAddress#endpoint()}
 * @param up whether it carries traffic now
 * @param inbound whether the other end dialled
 * @param roundTrip over this link alone, where the engine measures it
 * @param age since it came up; zero while it is down, and where the engine does not tell
 * @param lastError why the last attempt failed, where one did
 */
public record Peer(
        Optional<String> publicKey,
        Optional<Inet6Address> address,
        String remote,
        boolean up,
        boolean inbound,
        Optional<Duration> roundTrip,
        Duration age,
        Optional<String> lastError) {

    /** The same link, as whoever watches it knows it. */
    public Peer known(String asRemote, Duration sinceUp) {
        return new Peer(publicKey, address, asRemote, up, inbound, roundTrip, sinceUp, lastError);
    }
}
