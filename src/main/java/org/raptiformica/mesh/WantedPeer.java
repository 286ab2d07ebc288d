package org.raptiformica.mesh;

import java.util.List;

/**
 * A node this one should have a link with.
 *
 * @param publicKey of the node
 * @param addresses to dial it at, the preferred first; none where only the other end can dial
 */
public record WantedPeer(String publicKey, List<PeerAddress> addresses) {

    public WantedPeer {
        addresses = List.copyOf(addresses);
        if (addresses.stream().anyMatch(address -> !address.publicKey().equals(publicKey))) {
            throw new IllegalArgumentException("an address of another node");
        }
    }
}
