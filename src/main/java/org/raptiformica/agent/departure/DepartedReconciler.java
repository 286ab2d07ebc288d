package org.raptiformica.agent.departure;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.raptiformica.agent.node.NodeRecord;
import org.raptiformica.agent.reconcile.Reconciler;
import org.raptiformica.agent.reconcile.Step;
import org.raptiformica.agent.replica.Replica;
import org.raptiformica.config.Change;
import org.raptiformica.config.Keys;
import org.raptiformica.config.Mapping;
import org.raptiformica.config.Neighbour;
import org.raptiformica.consensus.Member;
import org.raptiformica.consensus.SharedConfig;

/**
 * Nodes that said they would leave, and have left, are forgotten: their entries, their links, their membership. So is who
 * left while this node could not hear it, or was forgotten by people: failed, and in no entry any more. One whose departure
 * was broken off, by a crash of its agent for example, says of itself that it stays.
 */
public final class DepartedReconciler implements Reconciler {

    private final Supplier<List<Member>> membership;
    private final Consumer<String> forceLeave;
    private final Runnable stay;
    private final SharedConfig store;
    private final Replica replica;
    private final BooleanSupplier departing;

    /** Once each: gossip takes a moment to pass it on. */
    private final Set<String> sentAway = new TreeSet<>();

    /**
     * @param membership the members as gossip has them
     * @param forceLeave lets gossip forget a member
     * @param stay tells the elected agent that this node is to be counted on again
     * @param departing whether this node is leaving at this moment
     */
    public DepartedReconciler(
            Supplier<List<Member>> membership,
            Consumer<String> forceLeave,
            Runnable stay,
            SharedConfig store,
            Replica replica,
            BooleanSupplier departing) {
        this.membership = membership;
        this.forceLeave = forceLeave;
        this.stay = stay;
        this.store = store;
        this.replica = replica;
        this.departing = departing;
    }

    @Override
    public String name() {
        return "departed";
    }

    @Override
    public Step reconcile(NodeRecord wanted) {
        SortedSet<String> leaving = replica.current().children(Keys.LEAVING);
        if (leaving.contains(wanted.publicKey()) && !departing.getAsBoolean()) {
            stay.run();
            store.delete(Keys.leaving(wanted.publicKey()));
            return Step.changed("this node stays: its departure was broken off");
        }
        List<String> others =
                leaving.stream().filter(key -> !key.equals(wanted.publicKey())).toList();
        List<Member> members = membership.get();
        Step step = others.isEmpty() ? Step.settled() : forgetDeparted(others, members);
        return step instanceof Step.Settled ? sendUnknownAway(members) : step;
    }

    private Step sendUnknownAway(List<Member> members) {
        Set<String> known = Neighbour.all(replica.current()).stream()
                .map(Neighbour::meshAddress)
                .collect(Collectors.toSet());
        Set<String> unknown = members.stream()
                .filter(member -> member.status() == Member.Status.FAILED)
                .map(Member::node)
                .filter(node -> !known.contains(node))
                .collect(Collectors.toCollection(TreeSet::new));
        List<String> news =
                unknown.stream().filter(node -> !sentAway.contains(node)).toList();
        sentAway.retainAll(unknown);
        for (String node : news) {
            forceLeave.accept(node);
            sentAway.add(node);
        }
        return news.isEmpty()
                ? Step.settled()
                : Step.changed("counts as left, since it failed and the shared config does not know it: "
                        + String.join(", ", news));
    }

    private Step forgetDeparted(List<String> leaving, List<Member> found) {
        Map<String, Member.Status> members = new TreeMap<>();
        found.forEach(member -> members.put(member.node(), member.status()));
        List<String> departed = leaving.stream()
                .filter(key -> hasLeft(replica.current(), key, members))
                .toList();
        departed.forEach(key -> forget(key, members));
        return departed.isEmpty() ? Step.settled() : Step.changed("forgot " + String.join(", ", departed));
    }

    private static boolean hasLeft(Mapping mapping, String key, Map<String, Member.Status> members) {
        return Neighbour.of(mapping, key)
                .map(node -> members.getOrDefault(node.meshAddress(), Member.Status.LEFT) == Member.Status.LEFT)
                .orElse(true);
    }

    private void forget(String key, Map<String, Member.Status> members) {
        Neighbour.of(replica.current(), key)
                .map(Neighbour::meshAddress)
                .filter(members::containsKey)
                .ifPresent(forceLeave);
        List<Change> changes =
                List.of(new Change.DeleteBelow(Keys.neighbour(key)), new Change.Delete(Keys.leaving(key)));
        store.write(stored -> stored.mapping().get(Keys.leaving(key)).isPresent() ? changes : List.of());
    }
}
