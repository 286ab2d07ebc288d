package org.raptiformica.agent.mesh;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.raptiformica.agent.node.NodeRecord;
import org.raptiformica.agent.reconcile.Reconciler;
import org.raptiformica.agent.reconcile.Step;
import org.raptiformica.agent.replica.Replica;
import org.raptiformica.config.Neighbour;
import org.raptiformica.host.Host;
import org.raptiformica.mesh.MeshEngine;
import org.raptiformica.mesh.OverlayFilter;

/** The packet filter of the mesh interface: it lets the members in, and nobody else. */
public final class FilterReconciler implements Reconciler {

    /** A firewall that is loaded anew takes all tables away; to look costs a process. */
    private static final Duration LOOK = Duration.ofSeconds(9);

    private final Host here;
    private final MeshEngine engine;
    private final Replica replica;
    private final InstantSource clock;
    private Instant looked = Instant.EPOCH.minus(LOOK);
    private Set<Inet6Address> applied = Set.of();
    private String lastTold = "";

    /** @param clock one that does not jump */
    public FilterReconciler(Host here, MeshEngine engine, Replica replica, InstantSource clock) {
        this.here = here;
        this.engine = engine;
        this.replica = replica;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "overlay filter";
    }

    @Override
    public Step reconcile(NodeRecord wanted) {
        Set<Inet6Address> members = Neighbour.all(replica.current()).stream()
                .flatMap(node -> address(node).stream())
                .collect(Collectors.toUnmodifiableSet());
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
        return news ? Step.changed(found) : Step.settled();
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

    private static Optional<Inet6Address> address(Neighbour node) {
        return InetAddress.ofLiteral(node.meshAddress()) instanceof Inet6Address address
                ? Optional.of(address)
                : Optional.empty();
    }
}
