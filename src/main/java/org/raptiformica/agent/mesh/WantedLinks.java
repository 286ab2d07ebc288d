package org.raptiformica.agent.mesh;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.raptiformica.agent.member.Presence;
import org.raptiformica.config.Neighbour;
import org.raptiformica.mesh.LinkChoice;
import org.raptiformica.mesh.PeerAddress;
import org.raptiformica.mesh.WantedPeer;

/**
 * With which nodes this one should be linked: those that {@link LinkChoice} gives among the nodes that are there, and among
 * those of its own networks, so that what is near need not go round by what is far. The store's servers are linked with
 * each other, so that no node that comes or goes between them costs the store its leader. One of those that are away is dialled
 * too, each in its turn, so that the sides of a partition find each other again, and many by a node that finds nobody;
 * and whoever called on the local network, as nobody else may know where it is.
 */
final class WantedLinks {

    /** For how long one is looked for: each of its addresses has its turn. */
    static final Duration SEARCH = Duration.ofSeconds(45);

    private final Candidates candidates;
    private final Presence presence;

    WantedLinks(Candidates candidates, Presence presence) {
        this.candidates = candidates;
        this.presence = presence;
    }

    /**
     * The links of a node.
     *
     * @param nodes all of the shared config, {@code self} among them
     * @param learned the address that worked last, by public key
     * @param now of a clock that does not jump
     */
    List<WantedPeer> of(String self, List<Neighbour> nodes, Map<String, PeerAddress> learned, Instant now) {
        Map<String, List<PeerAddress>> addresses = new HashMap<>();
        nodes.forEach(node -> addresses.put(
                node.publicKey(), candidates.of(node, Optional.ofNullable(learned.get(node.publicKey())))));
        Set<String> sought = new TreeSet<>();
        List<Neighbour> present = nodes;
        if (nodes.size() > LinkChoice.ALL_TO_ALL) {
            Set<String> others = others(self, nodes);
            Set<String> away = presence.away(others);
            present = nodes.stream()
                    .filter(node -> !away.contains(node.meshAddress()))
                    .toList();
            boolean alone = presence.alone(others);
            Set<String> lost = alone ? others : away;
            sought.addAll(inTurn(
                    nodes.stream()
                            .filter(node -> lost.contains(node.meshAddress()))
                            .map(Neighbour::publicKey)
                            .toList(),
                    alone ? LinkChoice.ALL_TO_ALL : 1,
                    now.getEpochSecond() / SEARCH.toSeconds() + self.hashCode()));
        }
        nodes.stream().filter(candidates::heard).map(Neighbour::publicKey).forEach(sought::add);
        LinkChoice choice = LinkChoice.among(keys(present), undialable(present, addresses));
        LinkChoice near = LinkChoice.among(near(self, present), Set.of());
        List<Neighbour> serving = present.stream()
                .filter(node -> presence.serving().contains(node.meshAddress()))
                .toList();
        Set<String> dialled = new TreeSet<>(choice.dialledBy(self));
        dialled.addAll(near.dialledBy(self));
        dialled.addAll(sought);
        sought.addAll(choice.linksOf(self));
        sought.addAll(near.linksOf(self));
        if (keys(serving).contains(self)) {
            LinkChoice servers = LinkChoice.among(keys(serving), undialable(serving, addresses));
            dialled.addAll(servers.dialledBy(self));
            sought.addAll(servers.linksOf(self));
        }
        return sought.stream()
                .map(key ->
                        new WantedPeer(key, dialled.contains(key) ? addresses.getOrDefault(key, List.of()) : List.of()))
                .toList();
    }

    /** This node and those of its own networks. */
    private Set<String> near(String self, List<Neighbour> nodes) {
        return nodes.stream()
                .filter(node -> node.publicKey().equals(self) || candidates.isNear(node))
                .map(Neighbour::publicKey)
                .collect(Collectors.toSet());
    }

    private static Set<String> others(String self, List<Neighbour> nodes) {
        return nodes.stream()
                .filter(node -> !node.publicKey().equals(self))
                .map(Neighbour::meshAddress)
                .collect(Collectors.toSet());
    }

    private static Set<String> keys(List<Neighbour> nodes) {
        return nodes.stream().map(Neighbour::publicKey).collect(Collectors.toSet());
    }

    private static List<String> inTurn(List<String> keys, int count, long turn) {
        return IntStream.range(0, Math.min(count, keys.size()))
                .mapToObj(i -> keys.get(Math.floorMod(turn * count + i, keys.size())))
                .toList();
    }

    /** Where the choice is the same for all nodes they have to agree on this, so that what only we know counts not. */
    private static Set<String> undialable(List<Neighbour> nodes, Map<String, List<PeerAddress>> addresses) {
        boolean few = nodes.size() <= LinkChoice.ALL_TO_ALL;
        return nodes.stream()
                .filter(node -> !node.dialable())
                .filter(node -> !few
                        || addresses.getOrDefault(node.publicKey(), List.of()).isEmpty())
                .map(Neighbour::publicKey)
                .collect(Collectors.toSet());
    }
}
