package org.raptiformica.consensus;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.raptiformica.consensus.Candidate.Standing;
import org.raptiformica.consul.RaftServer;

/**
 * What the elected agent decides, from what it sees and has seen. First what was begun is ended, by whomever it was
 * begun; then {@link Roles} is asked. Thread-safe.
 */
public final class RoleDecisions {

    /** How long a node may take from being told to be a server until it votes. */
    static final Duration LEARNING_LIMIT = Duration.ofSeconds(90);

    /**
     * How long a server that was sent away while it was away itself may stay when Consul's leader takes it in again, as it
     * does with every server that gossips: only then does it hear what it is to be. Removed at once it never would.
     */
    static final Duration HEARING = Duration.ofSeconds(10);

    private static final Duration EVER = Duration.ofDays(1);

    private final Sightings answering;
    private final Sightings well;
    private final Sightings settled;

    /** Remembers what it sees by the monotonic clock. */
    public RoleDecisions() {
        this(System::nanoTime);
    }

    RoleDecisions(LongSupplier nanoTime) {
        this.answering = new Sightings(nanoTime);
        this.well = new Sightings(nanoTime);
        this.settled = new Sightings(nanoTime);
    }

    /** To be told of the members now and then also while another decides: who is elected next then knows their past. */
    public void see(List<Member> members) {
        Map<String, Boolean> found = new HashMap<>();
        members.forEach(member -> found.put(member.node(), member.alive()));
        answering.see(found);
    }

    /** The next step, if one is needed and safe. */
    public synchronized Optional<RoleChange> next(StoreView view) {
        see(view.members());
        see(view);
        List<Candidate> candidates = candidates(view);
        return unfinished(view, candidates)
                .or(() -> stray(view))
                .or(() -> stuck(candidates))
                .or(() -> {
                    boolean unclear =
                            candidates.stream().anyMatch(node -> node.votes() && node.alive() && unwell(view, node));
                    return unclear ? Optional.empty() : Roles.next(candidates);
                });
    }

    /** Whether something is under way that the next look may find ended. */
    public synchronized boolean restless(StoreView view) {
        return candidates(view).stream()
                .anyMatch(node -> node.standing() == Standing.LEARNING
                        || (view.leaving().contains(node.node()) && node.server())
                        || (node.alive() && node.votes() && unwell(view, node))
                        || node.since().compareTo(node.alive() ? Roles.SETTLED : Roles.GONE.plusSeconds(1)) < 0);
    }

    /** Nodes that have left or are no members any more, and of which something is still noted. */
    public static Set<String> forgotten(StoreView view) {
        Set<String> noted = new HashSet<>(view.told().keySet());
        noted.addAll(view.leaving());
        noted.removeIf(
                node -> view.member(node).isPresent() || view.raftServer(node).isPresent());
        return noted;
    }

    private void see(StoreView view) {
        Map<String, Boolean> wellNow = new HashMap<>();
        view.raft()
                .forEach(server -> wellNow.put(view.node(server), !view.unwell().contains(server.id())));
        well.see(wellNow);
        Map<String, Boolean> settledNow = new HashMap<>();
        view.members().forEach(member -> settledNow.put(member.node(), !learning(view, member)));
        settled.see(settledNow);
    }

    /** A demotion that was decided: the node has had the time to hear of it. */
    private Optional<RoleChange> unfinished(StoreView view, List<Candidate> candidates) {
        return candidates.stream()
                .filter(node -> node.alive() && view.raftServer(node.node()).isPresent())
                .filter(node -> view.told().get(node.node()) == ConsulRole.CLIENT)
                .filter(node -> node.votes()
                        ? Roles.majorityWithoutOne(candidates)
                        : settled.since(node.node()).compareTo(HEARING) >= 0)
                .findFirst()
                .map(node -> new RoleChange.Demote(node.node()));
    }

    /** In the store's configuration, and no server any more. */
    private static Optional<RoleChange> stray(StoreView view) {
        return view.raft().stream()
                .map(view::node)
                .filter(node -> view.told().get(node) != ConsulRole.SERVER)
                .filter(node -> view.member(node)
                        .filter(member -> member.alive() && member.type() == Member.Type.CLIENT)
                        .isPresent())
                .findFirst()
                .map(RoleChange.Remove::new);
    }

    /** One that does not manage to become a server: the next try is another's. */
    private Optional<RoleChange> stuck(List<Candidate> candidates) {
        Optional<Candidate> stuck = candidates.stream()
                .filter(node -> node.standing() == Standing.LEARNING
                        && settled.since(node.node()).compareTo(LEARNING_LIMIT) > 0)
                .findFirst();
        stuck.ifPresent(node -> answering.distrust(node.node()));
        return stuck.map(node -> new RoleChange.Demote(node.node()));
    }

    /** All who are or may be servers. */
    List<Candidate> candidates(StoreView view) {
        List<Candidate> candidates = new ArrayList<>();
        Set<String> known = new HashSet<>();
        for (Member member : view.members()) {
            boolean there = member.status() == Member.Status.ALIVE || member.status() == Member.Status.FAILED;
            if (there) {
                known.add(member.node());
                candidates.add(candidate(view, member));
            }
        }
        view.raft().stream()
                .filter(server -> !known.contains(view.node(server)))
                .map(server -> new Candidate(view.node(server), false, EVER, standing(server), 0, false))
                .forEach(candidates::add);
        return candidates;
    }

    private Candidate candidate(StoreView view, Member member) {
        String node = member.node();
        // A full disk, say: it gossips, and is no use as a server.
        boolean useless = view.raftServer(node)
                        .filter(server -> view.unwell().contains(server.id()))
                        .isPresent()
                && well.since(node).compareTo(Roles.GONE) > 0;
        Standing standing = learning(view, member)
                ? Standing.LEARNING
                : view.raftServer(node).map(RoleDecisions::standing).orElse(Standing.CLIENT);
        return new Candidate(
                node,
                member.alive() && !useless,
                useless ? well.since(node) : answering.since(node),
                standing,
                answering.departures(node),
                view.leaving().contains(node));
    }

    private static Standing standing(RaftServer server) {
        if (server.leader()) {
            return Standing.LEADER;
        }
        return server.voter() ? Standing.VOTER : Standing.LEARNING;
    }

    private static boolean learning(StoreView view, Member member) {
        Optional<RaftServer> server = view.raftServer(member.node());
        return server.map(there -> !there.voter()).orElseGet(() -> view.told().get(member.node()) == ConsulRole.SERVER);
    }

    private static boolean unwell(StoreView view, Candidate node) {
        return view.raftServer(node.node())
                .filter(server -> view.unwell().contains(server.id()))
                .isPresent();
    }
}
