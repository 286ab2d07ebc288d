package org.raptiformica.agent.mesh;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.raptiformica.agent.node.NodeRecord;
import org.raptiformica.agent.reconcile.Reconciler;
import org.raptiformica.agent.reconcile.Step;
import org.raptiformica.agent.replica.Replica;
import org.raptiformica.agent.store.Announced;
import org.raptiformica.config.Mapping;
import org.raptiformica.config.Neighbour;
import org.raptiformica.consensus.Announcement;
import org.raptiformica.consensus.ConsulRole;
import org.raptiformica.host.Host;
import org.raptiformica.mesh.MeshEngine;
import org.raptiformica.mesh.OverlayFilter;

/**
 * The packet filter of the mesh interface: it lets the members in, and nobody else. Servers that were announced later than
 * what this node knows of the shared config are let in as well: after a partition they may all be nodes that it does not know, and
 * how should it ever hear of them?
 */
public final class FilterReconciler implements Reconciler {

    /** A firewall that is loaded anew takes all tables away. To look costs a process, half of what a whole sweep does. */
    private static final Duration LOOK = Duration.ofSeconds(29);

    private final Host here;
    private final MeshEngine engine;
    private final Replica replica;
    private final Announced announced;
    private final InstantSource clock;
    private Instant looked = Instant.EPOCH.minus(LOOK);
    private Set<Inet6Address> applied = Set.of();
    private String lastTold = "";

    /**
     * @param announced who the servers are, as gossip tells it
     * @param clock one that does not jump
     */
    public FilterReconciler(Host here, MeshEngine engine, Replica replica, Announced announced, InstantSource clock) {
        this.here = here;
        this.engine = engine;
        this.replica = replica;
        this.announced = announced;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "overlay filter";
    }

    @Override
    public Step reconcile(NodeRecord wanted) {
        Set<Inet6Address> members = members(
                replica.current(),
                announced.latest().filter(news -> news.index() > replica.seenIndex()),
                wanted.role(),
                engine.ensureIdentity().address());
        Instant now = clock.instant();
        if (members.equals(applied) && looked.plus(LOOK).isAfter(now)) {
            return Step.settled();
        }
        looked = now;
        OverlayFilter filter = new OverlayFilter(here, engine.interfaceName());
        if (members.equals(applied) && filter.present()) {
            return Step.settled();
        }
        OverlayFilter.State state = filter.apply(members);
        applied = state instanceof OverlayFilter.State.Active ? members : Set.of();
        String found = told(state, members.size());
        boolean news = !found.equals(lastTold) || state instanceof OverlayFilter.State.Active;
        lastTold = found;
        return news ? Step.done(found) : Step.settled();
    }

    private static String told(OverlayFilter.State state, int members) {
        return switch (state) {
            case OverlayFilter.State.Active(String tool) ->
                tool + " lets in " + members + (members == 1 ? " member" : " members");
            case OverlayFilter.State.NoTool _ ->
                "nothing is filtered: this machine has neither nft nor ip6tables; install one of them";
            case OverlayFilter.State.Refused(String tool, String why) ->
                "nothing is filtered: " + tool + " says " + why;
        };
    }

    /**
     * Who is let in. To a server that is none any more the others are closed until it is a client agent: its votes of an earlier
     * time would bring down a leader that takes it in again.
     *
     * @param servers announced later than this config
     */
    static Set<Inet6Address> members(
            Mapping config, Optional<Announcement> servers, ConsulRole role, InetAddress self) {
        Stream<InetAddress> named =
                Neighbour.all(config).stream().map(node -> InetAddress.ofLiteral(node.meshAddress()));
        Stream<InetAddress> heard = servers
                .filter(news -> !role.server() || news.voters().contains(self))
                .stream()
                .flatMap(news -> news.voters().stream());
        return Stream.concat(named, heard)
                .filter(Inet6Address.class::isInstance)
                .map(Inet6Address.class::cast)
                .collect(Collectors.toUnmodifiableSet());
    }
}
