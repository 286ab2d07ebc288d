package org.raptiformica.agent.route;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.raptiformica.agent.member.Presence;
import org.raptiformica.agent.node.Log;
import org.raptiformica.agent.node.Node;
import org.raptiformica.agent.node.NodeRecord;
import org.raptiformica.agent.replica.Replica;
import org.raptiformica.cluster.api.RoundTrip;
import org.raptiformica.config.Neighbour;
import org.raptiformica.failure.Failure;
import org.raptiformica.mesh.EngineException;
import org.raptiformica.mesh.MeshEngine;
import org.raptiformica.mesh.Peer;
import org.raptiformica.mesh.PeerAddress;

/**
 * Sends a packet through the mesh to one linked node and to one other every ten seconds, each in its turn, and while one is
 * silent to all that are linked: an engine can have all its links up, answer all questions, and carry nothing. What follows
 * is {@link RouteHealth}'s to say.
 */
public final class RouteWatch {

    private static final Duration PAUSE = Duration.ofSeconds(10);

    private final Node node;
    private final Replica replica;
    private final Presence presence;
    private final Runnable restart;
    private final InstantSource steady;
    private final InstantSource wall;
    private final Log log;
    private final RouteHealth health = new RouteHealth();
    private int turn;

    /**
     * @param presence tells whom gossip shows alive
     * @param restart restarts the mesh engine while nothing is reconciled
     * @param steady a clock that does not jump
     * @param wall the time that all nodes have
     */
    public RouteWatch(
            Node node,
            Replica replica,
            Presence presence,
            Runnable restart,
            InstantSource steady,
            InstantSource wall,
            Log log) {
        this.node = node;
        this.replica = replica;
        this.presence = presence;
        this.restart = restart;
        this.steady = steady;
        this.wall = wall;
        this.log = log;
    }

    /** Runs until the thread is interrupted. */
    public void run() {
        try {
            while (true) {
                Thread.sleep(PAUSE);
                look();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        try {
            Optional<NodeRecord> record = node.record();
            Optional<Neighbour> self = record.flatMap(it -> Neighbour.of(replica.current(), it.publicKey()));
            if (self.isPresent()) {
                look(self.get(), node.engine().peers());
            }
        } catch (Failure | EngineException notNow) {
            // The reconcilers say so.
        }
    }

    private void look(Neighbour self, List<Peer> links) {
        List<String> others = Neighbour.all(replica.current()).stream()
                .map(Neighbour::meshAddress)
                .filter(address -> !address.equals(self.meshAddress()))
                .toList();
        Set<String> up = links.stream()
                .filter(Peer::up)
                .flatMap(link -> link.address().stream())
                .map(InetAddress::getHostAddress)
                .collect(Collectors.toSet());
        up.retainAll(others);
        Set<String> alive = presence.alive(others);
        Map<String, Boolean> answered = RoundTrips.measure(List.copyOf(asked(up, alive))).stream()
                .collect(Collectors.toMap(RoundTrip::to, trip -> trip.time().isPresent()));
        Instant now = steady.instant();
        switch (health.after(new RouteHealth.Look(self.meshAddress(), answered, up, alive), now)) {
            case RouteHealth.Verdict.Fine _ -> {}
            case RouteHealth.Verdict.Redial(Set<String> addresses) -> redial(links, addresses);
            case RouteHealth.Verdict.Restart(String why) -> restart(self, others, why, now);
        }
    }

    private Set<String> asked(Set<String> linked, Set<String> alive) {
        turn++;
        Set<String> silent = health.silent();
        Set<String> asked = new TreeSet<>(silent.isEmpty() ? one(linked) : linked);
        asked.addAll(silent);
        Set<String> further = new HashSet<>(alive);
        further.removeAll(linked);
        asked.addAll(one(further));
        return asked;
    }

    private Set<String> one(Set<String> addresses) {
        List<String> sorted = new ArrayList<>(new TreeSet<>(addresses));
        return sorted.isEmpty() ? Set.of() : Set.of(sorted.get(Math.floorMod(turn, sorted.size())));
    }

    private void redial(List<Peer> links, Set<String> addresses) {
        MeshEngine engine = node.engine();
        log.info("routes: no answer through the mesh from " + String.join(", ", addresses)
                + " though links are up; dials anew");
        links.stream()
                .filter(link -> link.up() && !link.inbound())
                .filter(link -> link.address()
                        .map(InetAddress::getHostAddress)
                        .filter(addresses::contains)
                        .isPresent())
                .flatMap(link -> PeerAddress.parse(link.publicKey().orElse(""), link.remote()).stream())
                .forEach(engine::redial);
    }

    private void restart(Neighbour self, List<String> others, String why, Instant now) {
        if (RestartTurns.isOf(self.meshAddress(), others, wall.instant())) {
            restart.run();
            health.restarted(now);
            log.info("routes: restarted " + node.engine().name() + ": " + why);
        }
    }
}
