package org.raptiformica.mesh;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.raptiformica.mesh.LinkPlan.Attempt;

/**
 * Which steps bring the links of a running engine closer to those wanted. Knows nothing of engines: it compares two lists.
 *
 * <p>When both ends dial each other an engine keeps both links and uses the better one. The end with the greater key then
 * gives up the one it dialled; never the other way, because a link that the other end dialled cannot be dropped.
 */
public final class MeshLinks {

    private final String self;
    private final Duration patience;
    private final boolean tellsLinksApart;

    /**
     * @param self this node's public key
     * @param patience how long an address is tried before it is the next one's turn; about 8 s, since engines need up to
     *     5 s to see that nobody answers
     * @param tellsLinksApart see {@link MeshEngine#tellsLinksApart}; where not, a spare link stays
     */
    public MeshLinks(String self, Duration patience, boolean tellsLinksApart) {
        this.self = self;
        this.patience = patience;
        this.tellsLinksApart = tellsLinksApart;
    }

    /**
     * The steps that are due.
     *
     * @param wanted the nodes this one should be linked with
     * @param members the public keys of all nodes of the cluster; a link to a member is not a stranger's, wanted or not
     * @param found what the engine says
     * @param attempts what the last plan gave; empty the first time
     * @param now of a clock that does not jump
     */
    public LinkPlan steps(
            List<WantedPeer> wanted,
            Set<String> members,
            List<Peer> found,
            Map<String, Attempt> attempts,
            Instant now) {
        List<LinkStep> steps = new ArrayList<>(unwanted(wanted, found));
        Map<String, Attempt> tried = new HashMap<>();
        for (WantedPeer peer : wanted) {
            if (peer.publicKey().equals(self)) {
                continue;
            }
            Optional<Attempt> before = Optional.ofNullable(attempts.get(peer.publicKey()));
            if (found.stream().anyMatch(link -> isUp(link, peer))) {
                steps.addAll(tellsLinksApart ? spare(peer, found) : List.of());
            } else {
                attempt(peer, found, before, now, steps).ifPresent(attempt -> tried.put(peer.publicKey(), attempt));
            }
        }
        return new LinkPlan(steps, tried, strangers(members, found));
    }

    /** Links that this node dialled to a node, or at an address, that nobody wants it to. */
    private static List<LinkStep> unwanted(List<WantedPeer> wanted, List<Peer> found) {
        Set<String> keys = wanted.stream().map(WantedPeer::publicKey).collect(Collectors.toSet());
        Set<String> endpoints = wanted.stream()
                .flatMap(peer -> peer.addresses().stream())
                .map(PeerAddress::endpoint)
                .collect(Collectors.toSet());
        return found.stream()
                .filter(link -> !link.inbound())
                .filter(link ->
                        !link.publicKey().map(keys::contains).orElseGet(() -> endpoints.contains(link.remote())))
                .flatMap(link -> dialled(link).stream())
                .<LinkStep>map(address -> new LinkStep.Unlink(address, "nobody wants a link to it any more"))
                .toList();
    }

    /** What this node dials to a node that it has a link with already. */
    private List<LinkStep> spare(WantedPeer peer, List<Peer> found) {
        List<LinkStep> steps = new ArrayList<>();
        boolean otherEndDialled = found.stream().anyMatch(link -> isUp(link, peer) && link.inbound());
        for (Peer link : dialledTo(peer, found)) {
            if (!link.up()) {
                address(link, peer)
                        .ifPresent(it -> steps.add(new LinkStep.Remove(it, "another link to the node is up")));
            } else if (otherEndDialled && self.compareTo(peer.publicKey()) > 0) {
                address(link, peer).ifPresent(it -> steps.add(new LinkStep.Remove(it, "both ends dialled")));
            }
        }
        return steps;
    }

    private Optional<Attempt> attempt(
            WantedPeer peer, List<Peer> found, Optional<Attempt> before, Instant now, List<LinkStep> steps) {
        if (peer.addresses().isEmpty()) {
            return Optional.empty();
        }
        List<PeerAddress> dialled = dialledTo(peer, found).stream()
                .flatMap(link -> address(link, peer).stream())
                .toList();
        if (dialled.isEmpty()) {
            PeerAddress address = before.filter(it -> !isOver(it, now))
                    .map(Attempt::address)
                    .filter(peer.addresses()::contains)
                    .orElseGet(() -> after(before, peer));
            steps.add(new LinkStep.Add(address, "no link to the node is up"));
            return Optional.of(new Attempt(address, now));
        }
        Attempt current = before.filter(it -> dialled.stream().anyMatch(it.address()::sameEndpoint))
                .orElseGet(() -> new Attempt(dialled.getFirst(), now));
        if (isOver(current, now)) {
            String why = "no answer for " + patience.toSeconds() + " s";
            return Optional.of(new Attempt(next(peer, dialled, current, steps, why), now));
        }
        if (mayGoOn(peer, current, found)) {
            return Optional.of(new Attempt(next(peer, dialled, current, steps, "no link at the last address"), now));
        }
        return Optional.of(current);
    }

    /** Whether the engine has said that it gets no link at this address, and there are others after it. */
    private static boolean mayGoOn(WantedPeer peer, Attempt current, List<Peer> found) {
        boolean last = current.address().equals(peer.addresses().getLast());
        return !last
                && dialledTo(peer, found).stream()
                        .filter(link -> link.remote().equals(current.address().endpoint()))
                        .anyMatch(link -> !link.up() && link.lastError().isPresent());
    }

    /** Ends what is tried in vain and begins with the next address; the one and only is tried anew. */
    private PeerAddress next(
            WantedPeer peer, List<PeerAddress> dialled, Attempt current, List<LinkStep> steps, String why) {
        PeerAddress next = after(Optional.of(current), peer);
        dialled.stream()
                .filter(address -> !address.sameEndpoint(next))
                .forEach(address -> steps.add(new LinkStep.Remove(address, why)));
        boolean already = dialled.stream().anyMatch(next::sameEndpoint);
        steps.add(already ? new LinkStep.Redial(next, why) : new LinkStep.Add(next, why));
        return next;
    }

    private static PeerAddress after(Optional<Attempt> attempt, WantedPeer peer) {
        int at = attempt.map(it -> peer.addresses().indexOf(it.address())).orElse(-1);
        return peer.addresses().get((at + 1) % peer.addresses().size());
    }

    private boolean isOver(Attempt attempt, Instant now) {
        return !now.isBefore(attempt.since().plus(patience));
    }

    private static boolean isUp(Peer link, WantedPeer peer) {
        return link.up() && link.publicKey().equals(Optional.of(peer.publicKey()));
    }

    private static List<Peer> dialledTo(WantedPeer peer, List<Peer> found) {
        Set<String> endpoints =
                peer.addresses().stream().map(PeerAddress::endpoint).collect(Collectors.toSet());
        return found.stream()
                .filter(link -> !link.inbound())
                .filter(link -> link.publicKey()
                        .map(peer.publicKey()::equals)
                        .orElseGet(() -> endpoints.contains(link.remote())))
                .toList();
    }

    private static Optional<PeerAddress> dialled(Peer link) {
        return PeerAddress.parse(link.publicKey().orElse(""), link.remote());
    }

    /** What the engine dials, with the key that it does not tell while the link is down. */
    private static Optional<PeerAddress> address(Peer link, WantedPeer peer) {
        return PeerAddress.parse(peer.publicKey(), link.remote());
    }

    private static List<Peer> strangers(Set<String> members, List<Peer> found) {
        return found.stream()
                .filter(link -> link.up() && link.inbound())
                .filter(link -> link.publicKey().filter(members::contains).isEmpty())
                .toList();
    }
}
