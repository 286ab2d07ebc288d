package org.raptiformica.agent.recovery;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.raptiformica.agent.node.Node;
import org.raptiformica.agent.node.NodeRecord;
import org.raptiformica.agent.reconcile.Reconciler;
import org.raptiformica.agent.reconcile.Step;
import org.raptiformica.agent.replica.Replica;
import org.raptiformica.agent.store.Announced;
import org.raptiformica.config.Neighbour;
import org.raptiformica.consensus.ConsulRole;
import org.raptiformica.consensus.Member;
import org.raptiformica.consul.ConsulException;

/**
 * The store's quorum: where it is lost for good beyond doubt ({@link QuorumLoss}), this node does its part in bringing the
 * store back. While there is a leader it notes who the servers are.
 */
public final class QuorumReconciler implements Reconciler {

    private static final Duration PAUSE = Duration.ofSeconds(2);
    private static final String LOST = "lost for good, all nodes that are not declared gone are here";

    private final Sight sight;
    private final Replica replica;
    private final Part part;
    private final Path knownServers;
    private final InstantSource clock;
    private final Consumer<String> log;
    private Optional<Instant> leaderlessSince = Optional.empty();
    private Instant nextLook = Instant.MIN;
    private String said = "";

    /** What a node sees of the store; each throws {@link ConsulException} where its Consul does not answer. */
    interface Sight {

        /** This node's mesh address. */
        String self();

        boolean leader();

        /** The store's configuration; where there is no leader that of this node's own copy. */
        List<KnownServer> servers();

        /** Servers without this one that were announced, later than all that this node's own copy has; or none. */
        Set<String> successors();

        List<Member> members();
    }

    /** What a node does for a store that has lost its quorum; each returns what it did. */
    interface Part {

        String goOn(QuorumLoss.Verdict.GoOn with, NodeRecord wanted);

        String foundAnew(NodeRecord wanted);

        String stepBack(NodeRecord wanted);
    }

    /**
     * @param knownServers where it is noted who the servers are
     * @param clock one that does not jump
     * @param log told why nothing is done, once
     */
    QuorumReconciler(
            Sight sight, Replica replica, Part part, Path knownServers, InstantSource clock, Consumer<String> log) {
        this.sight = sight;
        this.replica = replica;
        this.part = part;
        this.knownServers = knownServers;
        this.clock = clock;
        this.log = log;
    }

    /**
     * The one of this node.
     *
     * @param announced who was announced to be the servers
     * @param recovery what it does for a store that has lost its quorum
     * @param knownServers where it is noted who the servers are
     * @param clock one that does not jump
     * @param log told why nothing is done, once
     */
    public static QuorumReconciler of(
            Node node,
            Announced announced,
            Replica replica,
            StoreRecovery recovery,
            Path knownServers,
            InstantSource clock,
            Consumer<String> log) {
        return new QuorumReconciler(new StoreSight(node, announced), replica, recovery, knownServers, clock, log);
    }

    @Override
    public String name() {
        return "quorum";
    }

    /** Never waiting but after a step: what is to be done for mesh and gossip is the others' concern. */
    @Override
    public Step reconcile(NodeRecord wanted) {
        Instant now = clock.instant();
        if (now.isBefore(nextLook)) {
            return Step.settled();
        }
        nextLook = now.plus(PAUSE);
        try {
            return sight.leader() ? led() : unled(wanted, now);
        } catch (ConsulException notRunning) {
            // What its gossip would show is not known either.
            leaderlessSince = Optional.empty();
            return Step.settled();
        }
    }

    private Step led() {
        leaderlessSince = Optional.empty();
        said = "";
        List<KnownServer> servers = sight.servers();
        if (!servers.isEmpty() && !servers.equals(KnownServer.read(knownServers))) {
            KnownServer.write(knownServers, servers);
        }
        return Step.settled();
    }

    private Step unled(NodeRecord wanted, Instant now) {
        Instant since = leaderlessSince.orElse(now);
        leaderlessSince = Optional.of(since);
        Duration leaderless = Duration.between(since, now);
        List<Member> members = sight.members();
        Set<String> listed = Neighbour.all(replica.current()).stream()
                .map(Neighbour::meshAddress)
                .collect(Collectors.toSet());
        List<KnownServer> servers =
                wanted.role() == ConsulRole.CLIENT ? KnownServer.read(knownServers) : sight.servers();
        Set<String> successors = wanted.role().server() ? sight.successors() : Set.of();
        QuorumLoss loss = new QuorumLoss(sight.self(), wanted.role(), members, listed, servers, successors, leaderless);
        return carryOut(loss.verdict(), wanted, leaderless);
    }

    private Step carryOut(QuorumLoss.Verdict verdict, NodeRecord wanted, Duration leaderless) {
        return switch (verdict) {
            case QuorumLoss.Verdict.Wait(String why) -> {
                say(why, leaderless);
                yield Step.settled();
            }
            case QuorumLoss.Verdict.GoOn goOn -> done(LOST, () -> part.goOn(goOn, wanted));
            case QuorumLoss.Verdict.FoundAnew _ -> done(LOST, () -> part.foundAnew(wanted));
            case QuorumLoss.Verdict.StepBack _ -> done(LOST, () -> part.stepBack(wanted));
            case QuorumLoss.Verdict.Replaced _ ->
                done("the store goes on with other servers", () -> part.stepBack(wanted));
        };
    }

    /** The record is another afterwards: the others look at it in the next round. */
    private Step done(String why, Supplier<String> step) {
        leaderlessSince = Optional.empty();
        String what = step.get();
        log.accept("quorum: " + why + "; " + what);
        return Step.waiting(what);
    }

    private void say(String why, Duration leaderless) {
        if (leaderless.compareTo(QuorumLoss.PATIENCE) >= 0 && !why.equals(said)) {
            said = why;
            log.accept("quorum: no leader of the store; no recovery by itself: " + why);
        }
    }
}
