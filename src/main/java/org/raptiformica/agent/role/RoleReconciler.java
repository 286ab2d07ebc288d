package org.raptiformica.agent.role;

import java.net.InetAddress;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.raptiformica.agent.node.Node;
import org.raptiformica.agent.node.NodeRecord;
import org.raptiformica.agent.reconcile.Reconciler;
import org.raptiformica.agent.reconcile.Step;
import org.raptiformica.consensus.ConsulRole;
import org.raptiformica.consensus.Member;
import org.raptiformica.consensus.RaftAddress;
import org.raptiformica.consensus.RaftData;
import org.raptiformica.consul.Consistency;
import org.raptiformica.consul.ConsulClient;
import org.raptiformica.provision.service.Supervision;

/**
 * The role of this node's Consul: as the elected agent says. It is written down in the node's record, by which the store
 * is configured and started.
 */
public final class RoleReconciler implements Reconciler {

    private final Supplier<Optional<ConsulRole>> told;
    private final Node node;
    private final RaftData data;
    private final Supervision supervision;
    private final String service;
    private final InstantSource clock;

    /**
     * @param told what this node was told last, if it was told anything
     * @param data its copy of the store, which is moved aside when the role changes
     * @param service the name under which Consul is supervised
     */
    public RoleReconciler(
            Supplier<Optional<ConsulRole>> told,
            Node node,
            RaftData data,
            Supervision supervision,
            String service,
            InstantSource clock) {
        this.told = told;
        this.node = node;
        this.data = data;
        this.supervision = supervision;
        this.service = service;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "role";
    }

    @Override
    public Step reconcile(NodeRecord wanted) {
        ConsulRole role = told.get().orElse(wanted.role());
        if ((role == ConsulRole.CLIENT) == (wanted.role() == ConsulRole.CLIENT)) {
            return Step.settled();
        }
        return role == ConsulRole.CLIENT ? demoted(wanted) : promoted(wanted);
    }

    /** The store's reconciler restarts Consul by the new record. */
    private Step promoted(NodeRecord wanted) {
        String aside = setAside();
        node.write(new NodeRecord(wanted.publicKey(), ConsulRole.SERVER));
        return Step.changed("a server from now on" + aside);
    }

    /** Not before the others count without it: stopped earlier, of two servers the other could not go on. */
    private Step demoted(NodeRecord wanted) {
        if (needed()) {
            return Step.waiting("the store to do without this server");
        }
        supervision.stop(service);
        String aside = setAside();
        node.write(new NodeRecord(wanted.publicKey(), ConsulRole.CLIENT));
        return Step.changed("a client agent from now on" + aside);
    }

    /**
     * Whether the others still count this server, by its own copy of the store. One that was removed and not told so goes on
     * naming itself; without a leader it is not needed where those of its copy that are alive elect one without it.
     */
    private boolean needed() {
        ConsulClient consul = node.consul();
        InetAddress self = node.engine().ensureIdentity().address();
        Map<InetAddress, Boolean> votes = new HashMap<>();
        consul.raft()
                .configuration(Consistency.STALE)
                .forEach(server -> votes.put(RaftAddress.host(server.address()), server.voter()));
        if (!votes.containsKey(self) || consul.raft().leader().isPresent()) {
            return votes.containsKey(self);
        }
        long voters = votes.values().stream().filter(vote -> vote).count();
        long others = node.membership().members().stream()
                .filter(Member::alive)
                .map(member -> InetAddress.ofLiteral(member.node()))
                .filter(address -> !address.equals(self) && votes.getOrDefault(address, false))
                .count();
        return others <= voters / 2;
    }

    private String setAside() {
        return data.setAside(clock.instant())
                .map(place -> "; moved its old copy of the store to " + place)
                .orElse("");
    }
}
