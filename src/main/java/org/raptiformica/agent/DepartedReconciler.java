package org.raptiformica.agent;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.raptiformica.config.Change;
import org.raptiformica.config.Keys;
import org.raptiformica.config.Mapping;
import org.raptiformica.config.Neighbour;
import org.raptiformica.consensus.Member;
import org.raptiformica.consensus.Membership;
import org.raptiformica.consensus.SharedConfig;

/** Nodes that said they would leave, and have left, are forgotten: their entries, their links, their membership. */
final class DepartedReconciler implements Reconciler {

    private final Membership membership;
    private final SharedConfig store;
    private final Replica replica;

    DepartedReconciler(Membership membership, SharedConfig store, Replica replica) {
        this.membership = membership;
        this.store = store;
        this.replica = replica;
    }

    @Override
    public String name() {
        return "departed";
    }

    @Override
    public Step reconcile(NodeRecord wanted) {
        List<String> leaving = replica.current().children(Keys.LEAVING).stream()
                .filter(key -> !key.equals(wanted.publicKey()))
                .toList();
        if (leaving.isEmpty()) {
            return Step.settled();
        }
        Map<String, Member.Status> members = new TreeMap<>();
        membership.members().forEach(member -> members.put(member.node(), member.status()));
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
                .ifPresent(membership::forceLeave);
        List<Change> changes =
                List.of(new Change.DeleteBelow(Keys.neighbour(key)), new Change.Delete(Keys.leaving(key)));
        store.write(stored -> stored.mapping().get(Keys.leaving(key)).isPresent() ? changes : List.of());
    }
}
