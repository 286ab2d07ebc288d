package org.raptiformica.agent;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.raptiformica.config.Neighbour;
import org.raptiformica.host.OwnAddresses;
import org.raptiformica.mesh.EngineException;
import org.raptiformica.mesh.LearnedPaths;
import org.raptiformica.mesh.LinkChoice;
import org.raptiformica.mesh.LinkPlan;
import org.raptiformica.mesh.LinkStep;
import org.raptiformica.mesh.MeshEngine;
import org.raptiformica.mesh.MeshLinks;
import org.raptiformica.mesh.Peer;
import org.raptiformica.mesh.PeerAddress;
import org.raptiformica.mesh.WantedPeer;

/** The links of the mesh: which nodes this one is linked with, dialled live, so that no other link is touched. */
final class LinksReconciler implements Reconciler {

    private static final Duration PATIENCE = Duration.ofSeconds(8);

    /** By then an engine has noticed by itself which links are dead: those that are still up have outlived the move. */
    private static final Duration DOUBT = Duration.ofSeconds(60);

    private final MeshEngine engine;
    private final Replica replica;
    private final LearnedPaths paths;
    private final Clock clock;
    private Map<String, LinkPlan.Attempt> attempts = Map.of();
    private Optional<Map<String, PeerAddress>> learned = Optional.empty();
    private List<String> before = List.of();
    private Instant moved = Instant.EPOCH;

    LinksReconciler(MeshEngine engine, Replica replica, LearnedPaths paths, Clock clock) {
        this.engine = engine;
        this.replica = replica;
        this.paths = paths;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "links";
    }

    @Override
    public Step reconcile(NodeRecord wanted) {
        List<Neighbour> nodes = Neighbour.all(replica.current());
        Set<String> keys = nodes.stream().map(Neighbour::publicKey).collect(Collectors.toSet());
        if (!keys.contains(wanted.publicKey())) {
            // Nobody waits for links to a node without an entry. To wait here would keep those that follow from
            // bringing it.
            return Step.settled();
        }
        try {
            OwnAddresses own = OwnAddresses.now();
            Instant now = clock.instant();
            List<Peer> links = engine.peers();
            if (hasMoved(own)) {
                moved = now;
                attempts = Map.of();
                dropStale(links, now);
            }
            List<Peer> found = trusted(links, now);
            learn(found, keys);
            LinkPlan plan = new MeshLinks(wanted.publicKey(), PATIENCE)
                    .steps(wantedPeers(wanted, nodes, own), keys, found, attempts, now);
            attempts = plan.attempts();
            plan.steps().forEach(step -> step.take(engine));
            return outcome(plan, nodes, links);
        } catch (EngineException e) {
            return Step.waiting("the mesh engine: " + e.getMessage());
        }
    }

    private static Step outcome(LinkPlan plan, List<Neighbour> nodes, List<Peer> found) {
        if (!plan.steps().isEmpty()) {
            return Step.changed(plan.steps().stream().map(LinksReconciler::told).collect(Collectors.joining("; ")));
        }
        boolean alone = nodes.size() == 1;
        return alone || found.stream().anyMatch(Peer::up)
                ? Step.settled()
                : Step.waiting("a link to any of " + (nodes.size() - 1) + " other nodes");
    }

    private static String told(LinkStep step) {
        String verb = switch (step) {
            case LinkStep.Add _ -> "dials ";
            case LinkStep.Remove _ -> "drops ";
            case LinkStep.Redial _ -> "dials again ";
        };
        return verb + step.peer() + " (" + step.why() + ")";
    }

    private List<WantedPeer> wantedPeers(NodeRecord self, List<Neighbour> nodes, OwnAddresses own) {
        Candidates candidates = new Candidates(engine.kind().transports(), own);
        Map<String, List<PeerAddress>> addresses = new HashMap<>();
        nodes.forEach(node -> addresses.put(
                node.publicKey(),
                candidates.of(node, Optional.ofNullable(learned().get(node.publicKey())))));
        LinkChoice choice = LinkChoice.among(addresses.keySet(), undialable(nodes, addresses));
        Set<String> dialled = choice.dialledBy(self.publicKey());
        return choice.linksOf(self.publicKey()).stream()
                .map(key ->
                        new WantedPeer(key, dialled.contains(key) ? addresses.getOrDefault(key, List.of()) : List.of()))
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

    private Map<String, PeerAddress> learned() {
        if (learned.isEmpty()) {
            learned = Optional.of(paths.read());
        }
        return learned.get();
    }

    /** Remembers which addresses lead to the nodes that this one dialled. */
    private void learn(List<Peer> found, Set<String> keys) {
        Map<String, PeerAddress> now = new TreeMap<>(learned());
        now.keySet().retainAll(keys);
        found.stream()
                .filter(link -> link.up() && !link.inbound() && !link.discovered())
                .forEach(link -> link.publicKey()
                        .filter(keys::contains)
                        .flatMap(key -> PeerAddress.parse(key, link.remote()))
                        .ifPresent(address -> now.put(address.publicKey(), address)));
        if (!now.equals(learned())) {
            paths.write(now);
            learned = Optional.of(now);
        }
    }

    /** The links but those that are older than a recent loss of an address: they may only look as if they were up. */
    private List<Peer> trusted(List<Peer> links, Instant now) {
        Duration sinceMove = Duration.between(moved, now);
        return links.stream().filter(link -> !isStale(link, sinceMove)).toList();
    }

    private static boolean isStale(Peer link, Duration sinceMove) {
        return sinceMove.compareTo(DOUBT) < 0
                && link.up()
                && !link.discovered()
                && link.age().compareTo(sinceMove) > 0;
    }

    /** What this node dialled from an address that it no longer has is dialled anew, rather than when the engine notices. */
    private void dropStale(List<Peer> links, Instant now) {
        Duration sinceMove = Duration.between(moved, now);
        links.stream()
                .filter(link -> isStale(link, sinceMove) && !link.inbound())
                .flatMap(link -> PeerAddress.parse(link.publicKey().orElse(""), link.remote()).stream())
                .forEach(engine::removePeer);
    }

    /** Compares with the addresses of the last time. Returns whether one of them is gone. */
    private boolean hasMoved(OwnAddresses own) {
        boolean lost = !own.reachable().containsAll(before);
        before = own.reachable();
        return lost;
    }
}
