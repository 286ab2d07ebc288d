package org.raptiformica.agent;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.raptiformica.config.Neighbour;
import org.raptiformica.mesh.EngineException;
import org.raptiformica.mesh.LinkChoice;
import org.raptiformica.mesh.LinkPlan;
import org.raptiformica.mesh.LinkStep;
import org.raptiformica.mesh.MeshEngine;
import org.raptiformica.mesh.MeshLinks;
import org.raptiformica.mesh.Peer;
import org.raptiformica.mesh.PeerAddress;
import org.raptiformica.mesh.Transport;
import org.raptiformica.mesh.WantedPeer;

/** The links of the mesh: which nodes this one is linked with, dialled live, so that no other link is touched. */
final class LinksReconciler implements Reconciler {

    private static final Duration PATIENCE = Duration.ofSeconds(8);

    private final MeshEngine engine;
    private final Replica replica;
    private final Clock clock;
    private Map<String, LinkPlan.Attempt> attempts = Map.of();

    LinksReconciler(MeshEngine engine, Replica replica, Clock clock) {
        this.engine = engine;
        this.replica = replica;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "links";
    }

    @Override
    public Step reconcile(NodeRecord wanted) {
        List<Neighbour> nodes = Neighbour.all(replica.current());
        Set<String> keys = nodes.stream().map(Neighbour::publicKey).collect(Collectors.toSet());
        if (!keys.contains(wanted.publicKey())) {
            return Step.waiting("this node's entry in the shared config");
        }
        try {
            List<Peer> found = engine.peers();
            LinkPlan plan = new MeshLinks(wanted.publicKey(), PATIENCE)
                    .steps(wantedPeers(wanted, nodes, keys), keys, found, attempts, clock.instant());
            attempts = plan.attempts();
            plan.steps().forEach(step -> step.take(engine));
            return outcome(plan, nodes, found);
        } catch (EngineException e) {
            return Step.waiting("the mesh engine: " + e.getMessage());
        }
    }

    private static Step outcome(LinkPlan plan, List<Neighbour> nodes, List<Peer> found) {
        if (!plan.steps().isEmpty()) {
            return Step.changed(plan.steps().stream().map(LinksReconciler::told).collect(Collectors.joining("; ")));
        }
        boolean alone = nodes.size() == 1;
        return alone || found.stream().anyMatch(Peer::up)
                ? Step.settled()
                : Step.waiting("a link to any of " + (nodes.size() - 1) + " other nodes");
    }

    private static String told(LinkStep step) {
        String verb = switch (step) {
            case LinkStep.Add _ -> "dials ";
            case LinkStep.Remove _ -> "drops ";
            case LinkStep.Redial _ -> "dials again ";
        };
        return verb + step.peer() + " (" + step.why() + ")";
    }

    private static List<WantedPeer> wantedPeers(NodeRecord self, List<Neighbour> nodes, Set<String> keys) {
        Set<String> undialable = nodes.stream()
                .filter(node -> !node.dialable())
                .map(Neighbour::publicKey)
                .collect(Collectors.toSet());
        LinkChoice choice = LinkChoice.among(keys, undialable);
        Set<String> dialled = choice.dialledBy(self.publicKey());
        return choice.linksOf(self.publicKey()).stream()
                .map(key -> new WantedPeer(key, dialled.contains(key) ? addresses(key, nodes) : List.of()))
                .toList();
    }

    private static List<PeerAddress> addresses(String key, List<Neighbour> nodes) {
        Optional<Neighbour> node =
                nodes.stream().filter(it -> it.publicKey().equals(key)).findFirst();
        List<PeerAddress> addresses = new ArrayList<>();
        node.filter(Neighbour::dialable)
                .ifPresent(it -> it.host().ifPresent(host -> {
                    for (Transport transport : List.of(Transport.TLS, Transport.QUIC)) {
                        addresses.add(new PeerAddress(key, transport, host, it.meshPort()));
                    }
                }));
        return addresses;
    }
}
