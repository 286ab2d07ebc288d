package org.raptiformica.consensus;

import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.raptiformica.consensus.Candidate.Standing;

/**
 * Which nodes are to be servers: one, three from three nodes on, five from seven on. Steady nodes come first, those that
 * come and go last; who is a server stays one while it is steady. A pure function of what is seen.
 */
public final class Roles {

    /** A node is trusted with a role when it has been alive this long. */
    public static final Duration SETTLED = Duration.ofSeconds(5);
    /** A node that does not answer counts as present this long: a restart changes no roles. */
    public static final Duration GONE = Duration.ofSeconds(20);
    /** A node that went away this often is one that comes and goes. */
    public static final int UNSTEADY = 3;

    private static final Comparator<Candidate> BEST_FIRST = Comparator.comparing(Roles::unsteady)
            .thenComparing(Candidate::standing, Comparator.reverseOrder())
            .thenComparingInt(Candidate::departures)
            .thenComparing(Candidate::since, Comparator.reverseOrder())
            .thenComparing(Candidate::node);

    private Roles() {}

    /** How many servers a cluster of so many nodes wants. */
    public static int wantedServers(int nodes) {
        if (nodes < 3) {
            return 1;
        }
        return nodes < 7 ? 3 : 5;
    }

    /**
     * The next step, if one is needed and safe: not without a leader, not while a server is learning, and never one
     * after which the voters that are alive would be no majority.
     *
     * @param nodes all members that have not left
     */
    public static Optional<RoleChange> next(Collection<Candidate> nodes) {
        return healthy(nodes) ? new Look(nodes).step() : Optional.empty();
    }

    private static boolean healthy(Collection<Candidate> nodes) {
        return nodes.stream().anyMatch(node -> node.standing() == Standing.LEADER && node.alive())
                && nodes.stream().noneMatch(node -> node.standing() == Standing.LEARNING && present(node));
    }

    private static boolean unsteady(Candidate node) {
        return node.departures() >= UNSTEADY;
    }

    private static boolean present(Candidate node) {
        return node.alive() || node.since().compareTo(GONE) < 0;
    }

    /** Whether the voters that are alive would still be a majority with one of them taken away. */
    static boolean majorityWithoutOne(Collection<Candidate> nodes) {
        long voters = nodes.stream().filter(Candidate::votes).count() - 1;
        long alive = nodes.stream().filter(node -> node.votes() && node.alive()).count() - 1;
        return alive > voters / 2;
    }

    /** What is seen, sorted out. */
    private static final class Look {
        private final Collection<Candidate> nodes;
        private final List<Candidate> servers;
        private final List<Candidate> best;
        private final int wanted;
        private final boolean allLeave;

        Look(Collection<Candidate> nodes) {
            this.nodes = nodes;
            List<Candidate> present = nodes.stream()
                    .filter(node -> present(node) && !node.leaving())
                    .toList();
            this.servers = present.stream()
                    .filter(Candidate::server)
                    .sorted(BEST_FIRST)
                    .toList();
            this.wanted = wantedServers(present.size());
            this.allLeave = present.isEmpty();
            this.best = present.stream()
                    .filter(node -> node.server() || settled(node))
                    .sorted(BEST_FIRST)
                    .limit(wanted)
                    .toList();
        }

        private static boolean settled(Candidate node) {
            return node.alive() && node.since().compareTo(SETTLED) >= 0;
        }

        /**
         * First enough servers, then away with the dead, with those that leave and with those too many, then better ones
         * for unsteady ones.
         */
        Optional<RoleChange> step() {
            if (servers.size() < wanted) {
                return promotion().or(this::removal).or(this::release);
            }
            return removal().or(this::release).or(() -> servers.size() > wanted ? demotion() : promotion());
        }

        private Optional<RoleChange> promotion() {
            return best.stream()
                    .filter(node -> !node.server())
                    .findFirst()
                    .map(node -> new RoleChange.Promote(node.node()));
        }

        private Optional<RoleChange> removal() {
            return nodes.stream()
                    .filter(node -> node.server() && !present(node))
                    .min(Comparator.comparing(Candidate::node))
                    .map(node -> new RoleChange.Remove(node.node()));
        }

        /** Of a server that is about to leave, the leader last. One always stays, of those that leave where all do. */
        private Optional<RoleChange> release() {
            boolean anotherServes = servers.stream().anyMatch(Candidate::votes);
            if (!(anotherServes || allLeave) || !majorityWithoutOne(nodes)) {
                return Optional.empty();
            }
            List<Candidate> leaving = nodes.stream()
                    .filter(node -> node.leaving() && node.votes() && node.alive())
                    .sorted(BEST_FIRST.reversed())
                    .toList();
            return leaving.stream()
                    .limit(anotherServes ? leaving.size() : Math.max(0, leaving.size() - 1))
                    .findFirst()
                    .map(node -> new RoleChange.Demote(node.node()));
        }

        private Optional<RoleChange> demotion() {
            Candidate worst = servers.getLast();
            return worst.alive() && majorityWithoutOne(nodes)
                    ? Optional.of(new RoleChange.Demote(worst.node()))
                    : Optional.empty();
        }
    }
}
