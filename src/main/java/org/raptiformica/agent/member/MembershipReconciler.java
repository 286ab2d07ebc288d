package org.raptiformica.agent.member;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.raptiformica.agent.node.NodeRecord;
import org.raptiformica.agent.reconcile.Reconciler;
import org.raptiformica.agent.reconcile.Step;
import org.raptiformica.agent.replica.Replica;
import org.raptiformica.config.Mapping;
import org.raptiformica.config.Neighbour;
import org.raptiformica.consensus.ConsulPorts;
import org.raptiformica.consensus.ConsulRole;
import org.raptiformica.consensus.Member;
import org.raptiformica.consensus.Membership;
import org.raptiformica.consul.ConsulClient;
import org.raptiformica.consul.ConsulException;

/**
 * Membership: this node's Consul knows the others, and the store answers. Whoever is in the shared config and not alive is
 * joined again and again, in turn: gossip itself forgets after three days whom it lost, and two parts of a cluster that
 * were apart for longer would each go on alone.
 */
public final class MembershipReconciler implements Reconciler {

    /** Less than a client waits for the answer. */
    private static final Duration JOIN_ALL_LIMIT = Duration.ofSeconds(12);

    /** How many are joined at the same time by a node that knows nobody alive; any of them brings the rest. */
    private static final int SEVERAL = 5;

    private final ConsulClient consul;
    private final Membership membership;
    private final Replica replica;
    private final AtomicInteger underWay = new AtomicInteger();
    private int turn;
    private boolean alone;

    /** @param replica who is to be joined */
    public MembershipReconciler(ConsulClient consul, Replica replica) {
        this.consul = consul;
        this.membership = new Membership(consul);
        this.replica = replica;
    }

    @Override
    public String name() {
        return "membership";
    }

    @Override
    public Step reconcile(NodeRecord wanted) {
        List<String> others = others(replica.current(), wanted.publicKey());
        Set<String> alive = alive();
        List<String> missing =
                others.stream().filter(other -> !alive.contains(other)).toList();
        boolean wasAlone = alone;
        alone = !others.isEmpty() && missing.size() == others.size();
        joinInTurn(missing, alone ? SEVERAL : 1);
        if (alone && wanted.role() == ConsulRole.CLIENT) {
            return Step.waiting("an answer from the store of any of " + others.size() + " nodes");
        }
        if (wasAlone && !alone) {
            return Step.changed("joined the store through the mesh");
        }
        return consul.raft().leader().isPresent() ? Step.settled() : Step.waiting("a leader of the store");
    }

    /** The mesh addresses of the members that are alive. */
    private Set<String> alive() {
        return membership.members().stream()
                .filter(Member::alive)
                .map(Member::node)
                .collect(Collectors.toSet());
    }

    /** The mesh addresses of the other nodes. */
    private static List<String> others(Mapping mapping, String publicKey) {
        return Neighbour.all(mapping).stream()
                .filter(node -> !node.publicKey().equals(publicKey))
                .map(Neighbour::meshAddress)
                .toList();
    }

    /** Where the other nodes' Consuls gossip: all of the mapping but the one with this key. */
    public static List<InetSocketAddress> gossipAddresses(Mapping mapping, String publicKey) {
        return others(mapping, publicKey).stream()
                .map(MembershipReconciler::gossip)
                .toList();
    }

    private static InetSocketAddress gossip(String meshAddress) {
        return new InetSocketAddress(
                InetAddress.ofLiteral(meshAddress), ConsulPorts.usual().gossip());
    }

    /**
     * Joins every other node that is not alive again, whether Consul knows it or not; all at the same time, because one
     * that is gone costs seconds. Returns when all have answered or the limit is over.
     */
    public void joinAll(NodeRecord self) {
        Set<String> alive = alive();
        List<Callable<Boolean>> joins = others(replica.current(), self.publicKey()).stream()
                .filter(other -> !alive.contains(other))
                .<Callable<Boolean>>map(other -> () -> joins(other))
                .toList();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        try {
            threads.invokeAll(joins, JOIN_ALL_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            threads.shutdownNow();
        }
    }

    /** Joins the next of these, and does not wait for it: one that is gone costs seconds. */
    private void joinInTurn(List<String> missing, int count) {
        if (underWay.get() > 0) {
            return;
        }
        for (int i = 0; i < Math.min(count, missing.size()); i++) {
            turn++;
            String one = missing.get(Math.floorMod(turn, missing.size()));
            underWay.incrementAndGet();
            Thread.ofVirtual().name("join").start(() -> {
                try {
                    joins(one);
                } finally {
                    underWay.decrementAndGet();
                }
            });
        }
    }

    private boolean joins(String meshAddress) {
        try {
            membership.join(gossip(meshAddress));
            return true;
        } catch (ConsulException.Interrupted stopped) {
            throw stopped;
        } catch (ConsulException notNow) {
            return false;
        }
    }
}
