package org.raptiformica.mesh;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which nodes of a cluster link with which. Every node computes the same graph from the public keys alone, so that both
 * ends of a link agree on it.
 *
 * <p>Up to {@value #ALL_TO_ALL} nodes link all to all. Beyond that the nodes stand on three rings, each ordered by a hash
 * of its own. On the first a node links to two neighbours on either side: no three nodes that vanish can cut such a ring
 * in two. On the other two it links to one on either side, which keeps all paths short and survives far more losses where
 * no enemy chooses them. That is {@value #MOST_LINKS} links at most, and a node that comes or goes changes only the links
 * beside its three places.
 *
 * <p>Nodes that cannot be dialled from outside cannot link with each other. The others form the graph above, and each of
 * these dials the {@value #OUTWARD_LINKS} that follow its own place on the first ring.
 */
public final class LinkChoice {

    /** The largest cluster in which all nodes link with all. */
    public static final int ALL_TO_ALL = 10;

    /** The most links that nodes which can be dialled have with each other, beyond {@link #ALL_TO_ALL} of them. */
    public static final int MOST_LINKS = 8;

    /** The links of a node that cannot be dialled, beyond {@link #ALL_TO_ALL} nodes. */
    public static final int OUTWARD_LINKS = 4;

    private final Set<String> members;
    private final Set<String> unreachable;
    private final List<Ring> rings;

    private LinkChoice(Set<String> members, Set<String> unreachable) {
        this.members = members;
        this.unreachable = unreachable;
        Set<String> reachable = new TreeSet<>(members);
        reachable.removeAll(unreachable);
        this.rings = List.of(
                Ring.of("first", 2, reachable), Ring.of("second", 1, reachable), Ring.of("third", 1, reachable));
    }

    /**
     * The graph of a cluster.
     *
     * @param members the public keys of all nodes
     * @param unreachable the nodes known not to be reachable from outside; where that is every node nothing is known, and
     *     all are tried
     */
    public static LinkChoice among(Set<String> members, Set<String> unreachable) {
        Set<String> known = new TreeSet<>(unreachable);
        known.retainAll(members);
        return new LinkChoice(Set.copyOf(members), known.size() == members.size() ? Set.of() : Set.copyOf(known));
    }

    /**
     * The nodes that {@code self} should have a link with, in either direction.
     *
     * @throws IllegalArgumentException when it is no member
     */
    public NavigableSet<String> linksOf(String self) {
        if (!members.contains(self)) {
            throw new IllegalArgumentException("no member: " + self);
        }
        NavigableSet<String> links = unreachable.contains(self) ? outward(self) : inward(self);
        links.remove(self);
        return links;
    }

    /** Of {@link #linksOf}, the nodes that {@code self} should dial; the others dial it. */
    public NavigableSet<String> dialledBy(String self) {
        NavigableSet<String> dialled = linksOf(self);
        dialled.removeAll(unreachable);
        return dialled;
    }

    private NavigableSet<String> outward(String self) {
        boolean few = members.size() <= ALL_TO_ALL;
        return few ? rings.getFirst().all() : rings.getFirst().after(self, OUTWARD_LINKS);
    }

    private NavigableSet<String> inward(String self) {
        NavigableSet<String> links = new TreeSet<>();
        if (rings.getFirst().size() <= ALL_TO_ALL) {
            links.addAll(rings.getFirst().all());
        } else {
            rings.forEach(ring -> links.addAll(ring.beside(self)));
        }
        unreachable.stream().filter(node -> outward(node).contains(self)).forEach(links::add);
        return links;
    }

    /** The nodes that can be dialled, in the order of a hash of their keys, the last followed by the first. */
    private record Ring(String name, int reach, NavigableMap<String, String> places) {

        static Ring of(String name, int reach, Set<String> nodes) {
            NavigableMap<String, String> places = new TreeMap<>();
            nodes.forEach(node -> places.put(hash(name + " " + node), node));
            return new Ring(name, reach, places);
        }

        int size() {
            return places.size();
        }

        NavigableSet<String> all() {
            return new TreeSet<>(places.values());
        }

        NavigableSet<String> after(String node, int count) {
            return new TreeSet<>(walk(places, hash(name + " " + node), count));
        }

        NavigableSet<String> beside(String node) {
            NavigableSet<String> beside = after(node, reach);
            beside.addAll(walk(places.descendingMap(), hash(name + " " + node), reach));
            return beside;
        }

        private static List<String> walk(NavigableMap<String, String> places, String from, int count) {
            List<String> met = new ArrayList<>();
            String at = from;
            for (int step = 0; step < Math.min(count, places.size()); step++) {
                String next = places.higherKey(at);
                at = next == null ? places.firstKey() : next;
                met.add(String.valueOf(places.get(at)));
            }
            return met;
        }
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every Java has SHA-256", impossible);
        }
    }
}
