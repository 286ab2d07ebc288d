package org.raptiformica.agent.mesh;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.raptiformica.agent.lan.LanCalls;
import org.raptiformica.agent.member.Presence;
import org.raptiformica.agent.node.NodeRecord;
import org.raptiformica.agent.reconcile.Reconciler;
import org.raptiformica.agent.reconcile.Step;
import org.raptiformica.agent.replica.Replica;
import org.raptiformica.config.Neighbour;
import org.raptiformica.failure.Failure;
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
public final class LinksReconciler implements Reconciler {

    private static final Duration PATIENCE = Duration.ofSeconds(8);

    /** By then an engine has noticed by itself which links are dead: those that are still up have outlived the move. */
    private static final Duration DOUBT = Duration.ofSeconds(60);

    /**
     * Who used a link that goes has to find another way, which takes cjdns up to a minute; while a cluster grows others are
     * chosen all the time. So links to members that are not chosen any more stay as long as there are no more than this, and
     * go one at a time.
     */
    private static final int KEPT = 2 * LinkChoice.MOST_LINKS;

    private static final Duration BETWEEN_DROPS = Duration.ofSeconds(30);

    private final MeshEngine engine;
    private final Replica replica;
    private final LearnedPaths paths;
    private final Presence presence;
    private final LanCalls calls;
    private final InstantSource clock;
    private Map<String, LinkPlan.Attempt> attempts = Map.of();
    private Optional<Map<String, PeerAddress>> learned = Optional.empty();
    private List<String> before = List.of();
    private Instant moved = Instant.EPOCH;
    private Instant dropped = Instant.EPOCH.minus(BETWEEN_DROPS);

    /** What was told of nodes, by public key, since a link to them was last up. */
    private final Map<String, Set<String>> told = new HashMap<>();

    private final Set<String> knownStrangers = new TreeSet<>();

    /** @param clock one that does not jump: no address is given up because the time was set */
    public LinksReconciler(
            MeshEngine engine,
            Replica replica,
            LearnedPaths paths,
            Presence presence,
            LanCalls calls,
            InstantSource clock) {
        this.engine = engine;
        this.replica = replica;
        this.paths = paths;
        this.presence = presence;
        this.calls = calls;
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
            calls.solitude().set(false);
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
            calls.solitude().set(isAlone(found, nodes, keys));
            Candidates candidates = new Candidates(
                    engine.kind().transports(), own, calls.heard().places());
            List<WantedPeer> peers =
                    new WantedLinks(candidates, presence).of(wanted.publicKey(), nodes, learned(), now);
            LinkPlan plan = new MeshLinks(wanted.publicKey(), PATIENCE, engine.tellsLinksApart())
                    .steps(peers, keys, found, attempts, now);
            attempts = plan.attempts();
            String news = Stream.of(
                            take(fewDrops(plan.steps(), found, keys, now), found, keys), strangers(plan.strangers()))
                    .filter(text -> !text.isEmpty())
                    .collect(Collectors.joining("; "));
            keepForStart(peers);
            return outcome(news, nodes, links);
        } catch (EngineException e) {
            return Step.waiting("the mesh engine: " + e.getMessage());
        }
    }

    private static boolean isAlone(List<Peer> found, List<Neighbour> nodes, Set<String> keys) {
        return nodes.size() > 1
                && found.stream()
                        .filter(Peer::up)
                        .noneMatch(
                                link -> link.publicKey().filter(keys::contains).isPresent());
    }

    private static Step outcome(String news, List<Neighbour> nodes, List<Peer> found) {
        if (!news.isEmpty()) {
            return Step.changed(news);
        }
        boolean alone = nodes.size() == 1;
        return alone || found.stream().anyMatch(Peer::up)
                ? Step.settled()
                : Step.waiting("a link to any of " + (nodes.size() - 1) + " other nodes");
    }

    private List<LinkStep> fewDrops(List<LinkStep> steps, List<Peer> found, Set<String> keys, Instant now) {
        Set<String> inUse = found.stream()
                .filter(link ->
                        link.up() && link.publicKey().filter(keys::contains).isPresent())
                .map(Peer::remote)
                .collect(Collectors.toSet());
        List<LinkStep> due = new ArrayList<>();
        for (LinkStep step : steps) {
            boolean drops = step instanceof LinkStep.Unlink
                    && inUse.contains(step.peer().endpoint());
            if (drops && (inUse.size() <= KEPT || now.isBefore(dropped.plus(BETWEEN_DROPS)))) {
                continue;
            }
            dropped = drops ? now : dropped;
            due.add(step);
        }
        return due;
    }

    /**
     * Takes the steps, each for itself: an engine that refuses one takes the next. Returns what is news; that a node which
     * is gone is dialled again and again is none.
     */
    private String take(List<LinkStep> steps, List<Peer> found, Set<String> keys) {
        Set<String> linked = found.stream()
                .filter(Peer::up)
                .flatMap(link -> link.publicKey().stream())
                .collect(Collectors.toSet());
        told.keySet().removeIf(key -> linked.contains(key) || !keys.contains(key));
        List<String> news = new ArrayList<>();
        for (LinkStep step : steps) {
            Optional<String> trouble = trouble(step);
            String what = verb(step) + trouble.orElse("");
            if (told.computeIfAbsent(step.peer().publicKey(), _ -> new HashSet<>())
                    .add(what)) {
                news.add(verb(step) + step.peer() + " (" + step.why() + ")"
                        + trouble.map(why -> ": " + why).orElse(""));
            }
        }
        return String.join("; ", news);
    }

    /** No engine can be told to drop what the other end dialled; people can take a password for lost. */
    private String strangers(List<Peer> linked) {
        Set<String> now = linked.stream()
                .map(link -> link.publicKey().orElse(link.remote()))
                .collect(Collectors.toCollection(TreeSet::new));
        knownStrangers.retainAll(now);
        return now.stream()
                .filter(knownStrangers::add)
                .map(stranger ->
                        "linked with " + stranger + ", whom the shared config does not name: nothing from it is let in")
                .collect(Collectors.joining("; "));
    }

    private Optional<String> trouble(LinkStep step) {
        try {
            step.take(engine);
            return Optional.empty();
        } catch (EngineException | Failure | IllegalArgumentException refused) {
            return Optional.of(String.valueOf(refused.getMessage()));
        }
    }

    private static String verb(LinkStep step) {
        return switch (step) {
            case LinkStep.Add _ -> "dials ";
            case LinkStep.Remove _, LinkStep.Unlink _ -> "drops ";
            case LinkStep.Redial _ -> "dials again ";
        };
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
                .filter(link -> link.up() && !link.inbound())
                .forEach(link -> link.publicKey()
                        .filter(keys::contains)
                        .flatMap(key -> PeerAddress.parse(key, link.remote()))
                        .ifPresent(address -> now.put(address.publicKey(), address)));
        if (!now.equals(learned())) {
            learned = Optional.of(now);
            keep(now);
        }
    }

    private void keepForStart(List<WantedPeer> peers) {
        try {
            engine.dialAtStart(peers);
        } catch (Failure fullDisk) {
            // It helps an engine that starts without this agent; links matter more.
        }
    }

    private void keep(Map<String, PeerAddress> now) {
        try {
            paths.write(now);
        } catch (UncheckedIOException fullDisk) {
            // It saves some seconds after a restart; links matter more.
        }
    }

    /** The links but those that are older than a recent loss of an address: they may only look as if they were up. */
    private List<Peer> trusted(List<Peer> links, Instant now) {
        Duration sinceMove = Duration.between(moved, now);
        return links.stream().filter(link -> !isStale(link, sinceMove)).toList();
    }

    private static boolean isStale(Peer link, Duration sinceMove) {
        return sinceMove.compareTo(DOUBT) < 0 && link.up() && link.age().compareTo(sinceMove) > 0;
    }

    /** What this node dialled from an address that it no longer has is dialled anew, rather than when the engine notices. */
    private void dropStale(List<Peer> links, Instant now) {
        Duration sinceMove = Duration.between(moved, now);
        links.stream()
                .filter(link -> isStale(link, sinceMove) && !link.inbound())
                .flatMap(link -> PeerAddress.parse(link.publicKey().orElse(""), link.remote()).stream())
                .map(address -> new LinkStep.Unlink(address, "the address is gone"))
                .forEach(this::trouble);
    }

    /** Compares with the addresses of the last time. Returns whether one of them is gone. */
    private boolean hasMoved(OwnAddresses own) {
        boolean lost = !own.reachable().containsAll(before);
        before = own.reachable();
        return lost;
    }
}
