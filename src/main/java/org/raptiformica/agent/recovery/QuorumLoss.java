package org.raptiformica.agent.recovery;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.raptiformica.cluster.api.StoreServer;
import org.raptiformica.consensus.ConsulRole;
import org.raptiformica.consensus.Member;

/**
 * Whether the store has lost its quorum for good, as one node sees it, and what this node does then. A pure function.
 *
 * <p>A partition is never taken for it: that some node is silent proves nothing, so all nodes that have an entry in the
 * shared config must be alive here, and a server counts as gone only where a person took its entry away. What this node
 * knows of the servers must agree with what gossip shows: else it knows them from an earlier time.
 *
 * @param self this node's mesh address
 * @param role what its Consul is
 * @param members as gossip shows them here
 * @param listed mesh addresses of the nodes in the shared config, with the changes that wait here on top
 * @param servers the store's configuration as this node last knew it; a server's is its own copy's
 * @param successors mesh addresses of the servers with which the store was announced to go on without this one, later than all
 *     that this node's own copy has; empty where that was not
 * @param leaderless for how long no leader has been known without a break, by a clock that does not jump
 */
record QuorumLoss(
        String self,
        ConsulRole role,
        List<Member> members,
        Set<String> listed,
        List<KnownServer> servers,
        Set<String> successors,
        Duration leaderless) {

    /** Longer than elections, restarts and a change of servers take. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    /** What this node does. */
    sealed interface Verdict {

        /** Nothing: somebody or something else comes first, or a person decides. */
        record Wait(String why) implements Verdict {}

        /** Its copy of the store goes on with these servers, this one among them. */
        record GoOn(List<StoreServer> servers) implements Verdict {}

        /** No copy of the store is left: it founds a new one from its replica. */
        record FoundAnew() implements Verdict {}

        /** The store goes on elsewhere and without this server, which does not hear its leader: a client agent from now on. */
        record Replaced() implements Verdict {}

        /** It was on the way to be a server and its copy does not say that it is one: a client agent again. */
        record StepBack() implements Verdict {}
    }

    Verdict verdict() {
        if (role.server() && leaderless.compareTo(PATIENCE) >= 0 && successorsServe()) {
            return new Verdict.Replaced();
        }
        return unproven().<Verdict>map(Verdict.Wait::new).orElseGet(this::decided);
    }

    /** An announcement may be old: of servers that are lost since, this one's copy may be all that is left. */
    private boolean successorsServe() {
        return serving().stream().filter(successors::contains).count() > successors.size() / 2;
    }

    private Optional<String> unproven() {
        if (leaderless.compareTo(PATIENCE) < 0) {
            return Optional.of("it may be an election");
        }
        if (!listed.contains(self)) {
            return Optional.of("the shared config does not know this node any more");
        }
        Set<String> alive = alive();
        return first(listed, alive)
                .map(silent -> silent + " may be alive elsewhere")
                .or(() -> first(alive, listed).map(alien -> alien + " is alive and not in the shared config"));
    }

    private Verdict decided() {
        Set<String> known = servers.stream().map(KnownServer::meshAddress).collect(Collectors.toSet());
        if (role == ConsulRole.SERVER && !known.contains(self)) {
            return new Verdict.StepBack();
        }
        if (known.isEmpty()) {
            return new Verdict.Wait("this node never knew the servers of the store");
        }
        Set<String> alive = alive();
        List<KnownServer> left = servers.stream()
                .filter(server -> alive.contains(server.meshAddress()))
                .toList();
        if (!serving().equals(left.stream().map(KnownServer::meshAddress).collect(Collectors.toSet()))) {
            return new Verdict.Wait("the servers that are alive are others than those this node knew");
        }
        long voters = servers.stream().filter(KnownServer::voter).count();
        if (left.stream().filter(KnownServer::voter).count() > voters / 2) {
            return new Verdict.Wait("enough servers are alive to elect a leader");
        }
        return left.isEmpty() ? founding(alive) : goingOn(left);
    }

    private Verdict goingOn(List<KnownServer> left) {
        List<StoreServer> servers = left.stream()
                .map(KnownServer::server)
                .sorted(Comparator.comparing(StoreServer::meshAddress))
                .toList();
        boolean one = servers.stream().anyMatch(server -> server.meshAddress().equals(self));
        return one ? new Verdict.GoOn(servers) : new Verdict.Wait("the servers that are left go on");
    }

    /** Replicas cannot be compared without a store; that of each is as old as the last answer from a server. */
    private Verdict founding(Set<String> alive) {
        String first = new TreeSet<>(alive).first();
        return first.equals(self) ? new Verdict.FoundAnew() : new Verdict.Wait(first + " founds the store anew");
    }

    private Set<String> serving() {
        return members.stream().filter(Member::serves).map(Member::node).collect(Collectors.toSet());
    }

    private Set<String> alive() {
        return members.stream().filter(Member::alive).map(Member::node).collect(Collectors.toSet());
    }

    /** The first of some that is not among the others. */
    private static Optional<String> first(Set<String> some, Set<String> others) {
        return some.stream().filter(one -> !others.contains(one)).min(Comparator.naturalOrder());
    }
}
