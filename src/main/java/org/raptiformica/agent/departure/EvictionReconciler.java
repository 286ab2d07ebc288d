package org.raptiformica.agent.departure;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.raptiformica.agent.node.NodeRecord;
import org.raptiformica.agent.reconcile.Reconciler;
import org.raptiformica.agent.reconcile.Step;
import org.raptiformica.agent.replica.Replica;
import org.raptiformica.config.Change;
import org.raptiformica.config.Keys;
import org.raptiformica.config.Neighbour;
import org.raptiformica.consensus.Member;
import org.raptiformica.consensus.SharedConfig;
import org.raptiformica.consul.Operation;

/**
 * Nodes that are gone for long are forgotten by the elected agent: their entries, and with them their links. What is noted
 * of their roles goes when they are members no more.
 */
public final class EvictionReconciler implements Reconciler {

    /** How long a node may be away, where the shared config says nothing else. */
    static final Duration PATIENCE = Duration.ofDays(30);

    private final Supplier<List<Member>> membership;
    private final Consumer<String> forceLeave;
    private final SharedConfig store;
    private final Replica replica;
    private final Supplier<Optional<Operation>> guard;
    private final InstantSource clock;

    /**
     * @param membership the members as gossip has them
     * @param forceLeave lets gossip forget a member
     * @param guard what the elected agent puts before what it writes; nothing on every other one
     */
    public EvictionReconciler(
            Supplier<List<Member>> membership,
            Consumer<String> forceLeave,
            SharedConfig store,
            Replica replica,
            Supplier<Optional<Operation>> guard,
            InstantSource clock) {
        this.membership = membership;
        this.forceLeave = forceLeave;
        this.store = store;
        this.replica = replica;
        this.guard = guard;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "eviction";
    }

    @Override
    public Step reconcile(NodeRecord wanted) {
        Optional<Operation> elected = guard.get();
        List<Neighbour> nodes = Neighbour.all(replica.current());
        Duration patience = patience();
        Predicate<Neighbour> old = node -> longAgo(node, clock.instant(), patience);
        if (elected.isEmpty() || nodes.stream().noneMatch(old)) {
            return Step.settled();
        }
        Set<String> alive = membership.get().stream()
                .filter(Member::alive)
                .map(Member::node)
                .collect(Collectors.toSet());
        Instant now = now(nodes, alive, wanted);
        List<Neighbour> gone = nodes.stream()
                .filter(node -> !node.publicKey().equals(wanted.publicKey()))
                .filter(node -> !alive.contains(node.meshAddress()) && longAgo(node, now, patience))
                .toList();
        gone.forEach(node -> forget(node, elected.get()));
        return gone.isEmpty() ? Step.settled() : Step.changed("forgot " + told(gone, patience));
    }

    private Duration patience() {
        return replica.current()
                .get(Keys.EVICT_AFTER_DAYS)
                .map(String::strip)
                .filter(days -> days.matches("[1-9][0-9]{0,4}"))
                .map(days -> Duration.ofDays(Long.parseLong(days)))
                .orElse(PATIENCE);
    }

    /** An entry that never said when its node was there is one that a person made. */
    private static boolean longAgo(Neighbour node, Instant now, Duration patience) {
        return node.lastSeen().filter(seen -> seen.plus(patience).isBefore(now)).isPresent();
    }

    /** No later than what the others say of themselves: a clock that is ahead must not make all who are away long gone. */
    private Instant now(List<Neighbour> nodes, Set<String> alive, NodeRecord self) {
        Instant own = clock.instant();
        return nodes.stream()
                .filter(node ->
                        alive.contains(node.meshAddress()) && !node.publicKey().equals(self.publicKey()))
                .flatMap(node -> node.lastSeen().stream())
                .max(Comparator.naturalOrder())
                .filter(own::isAfter)
                .orElse(own);
    }

    private void forget(Neighbour node, Operation elected) {
        List<Change> changes = new ArrayList<>();
        changes.add(new Change.DeleteBelow(Keys.neighbour(node.publicKey())));
        changes.add(new Change.Delete(Keys.leaving(node.publicKey())));
        // It may have said in between that it is there.
        store.write(
                stored -> Neighbour.of(stored.mapping(), node.publicKey()).equals(Optional.of(node))
                        ? changes
                        : List.of(),
                elected);
        forceLeave.accept(node.meshAddress());
    }

    private static String told(List<Neighbour> gone, Duration patience) {
        return gone.stream()
                .map(node -> node.name() + ", last seen "
                        + node.lastSeen().map(Instant::toString).orElse("never"))
                .collect(Collectors.joining("; ", "", ": away for more than " + patience.toDays() + " days"));
    }
}
