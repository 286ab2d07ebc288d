package org.raptiformica.agent.role;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.raptiformica.agent.node.Log;
import org.raptiformica.agent.node.Node;
import org.raptiformica.agent.node.NodeRecord;
import org.raptiformica.agent.node.Watch;
import org.raptiformica.consensus.Announcement;
import org.raptiformica.consensus.ConsulRole;
import org.raptiformica.consensus.Election;
import org.raptiformica.consensus.Lead;
import org.raptiformica.consensus.RoleChange;
import org.raptiformica.consensus.RoleDecisions;
import org.raptiformica.consensus.RoleKeys;
import org.raptiformica.consensus.StoreView;
import org.raptiformica.consul.BlockingQuery;
import org.raptiformica.consul.Consistency;
import org.raptiformica.consul.ConsulException;
import org.raptiformica.consul.KeyValue;
import org.raptiformica.consul.Operation;
import org.raptiformica.consul.Transaction;
import org.raptiformica.failure.Failure;
import org.raptiformica.host.SteadyClock;

/**
 * Who is a server: this agent takes part in the election, decides while it is the elected one, and hears what was decided
 * for its own node. One change at a time, each written under the fencing token before anything is done.
 */
public final class RoleKeeping {

    private static final Duration LONG_POLL = Duration.ofMinutes(5);
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration SWEEP = Duration.ofSeconds(10);

    private final Node node;
    private final Runnable heard;
    private final Log log;
    private final RoleDecisions decisions = new RoleDecisions();
    private final Announcing announcing = new Announcing(new SteadyClock());
    private final Semaphore pokes = new Semaphore(0);
    private final AtomicReference<Optional<ConsulRole>> told;
    private final Leading leading;

    /**
     * @param told where it is put what this node was told to be, if it was told anything
     * @param leading told how the election goes
     * @param heard called when what it was told changes
     */
    public RoleKeeping(
            Node node, AtomicReference<Optional<ConsulRole>> told, Leading leading, Runnable heard, Log log) {
        this.node = node;
        this.told = told;
        this.leading = leading;
        this.heard = heard;
        this.log = log;
    }

    /** The members may have changed: look now. */
    public void poke() {
        pokes.release();
    }

    /** Runs until the thread is interrupted; does nothing on a machine that is no node yet. */
    public void run() {
        try {
            while (record().isEmpty()) {
                pokes.tryAcquire(SOON.toMillis(), TimeUnit.MILLISECONDS);
            }
            String self = node.meshAddress();
            Thread hearing = Thread.ofVirtual().name("role").start(hearing(self)::run);
            try (Election election = Election.enter(node.consul(), RoleKeys.LEAD, self, this::elected)) {
                leading.through(election);
                decide(election);
            } finally {
                hearing.interrupt();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private Optional<NodeRecord> record() {
        try {
            return node.record();
        } catch (Failure unreadable) {
            // The reconcile loop says so.
            return Optional.empty();
        }
    }

    /** All roles, which are few: Consul answers a query for a key that is not there at every write of any other. */
    private Watch<?> hearing(String self) {
        return new Watch<>(
                new BlockingQuery<>(
                        read -> node.consul().kv().getBelow(RoleKeys.PREFIX, read), Consistency.DEFAULT, LONG_POLL),
                roles -> hear(Optional.ofNullable(RoleKeys.told(roles).get(self))));
    }

    private void hear(Optional<ConsulRole> role) {
        if (!told.getAndSet(role).equals(role)) {
            heard.run();
        }
    }

    private void elected(Optional<Lead> lead) {
        log.info(lead.map(it -> "roles: this agent decides (token " + it.fencingToken() + ")")
                .orElse("roles: this agent does not decide any more"));
        poke();
    }

    private void decide(Election election) throws InterruptedException {
        while (true) {
            Duration pause = look(election);
            if (pokes.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                pokes.drainPermits();
            }
        }
    }

    private Duration look(Election election) {
        try {
            Optional<Lead> lead = election.lead();
            if (lead.isEmpty()) {
                decisions.see(node.membership().members());
                return SWEEP;
            }
            StoreView view = StoreView.of(node.consul(), node.membership());
            Optional<RoleChange> next = decisions.next(view);
            next.ifPresent(change -> take(change, view, lead.get(), election));
            forget(view, lead.get());
            announce(view, lead.get());
            return next.isPresent() || decisions.restless(view) ? SOON : SWEEP;
        } catch (ConsulException.Interrupted stopped) {
            Thread.currentThread().interrupt();
            return Duration.ZERO;
        } catch (ConsulException unwell) {
            // No leader at the moment, say: nothing is decided then.
            return SOON;
        }
    }

    private void take(RoleChange change, StoreView view, Lead lead, Election election) {
        switch (change) {
            case RoleChange.Promote(String name) -> tell(name, ConsulRole.SERVER, view, lead);
            case RoleChange.Demote(String name) -> {
                // Heard first and removed at the next look: a server that is removed hears nothing from the store.
                if (view.told().get(name) == ConsulRole.CLIENT) {
                    remove(name, view, lead, election);
                } else {
                    tell(name, ConsulRole.CLIENT, view, lead);
                }
            }
            case RoleChange.Remove(String name) -> {
                if (view.told().get(name) == ConsulRole.CLIENT || tell(name, ConsulRole.CLIENT, view, lead)) {
                    remove(name, view, lead, election);
                }
            }
        }
    }

    private boolean tell(String name, ConsulRole role, StoreView view, Lead lead) {
        OptionalLong index = write(lead, new Operation.Set(RoleKeys.role(name), RoleKeys.word(role)));
        // The store's own order of what the leads of a cluster did: their clocks and logs may lag.
        index.ifPresent(at -> log.info("roles: %s is to be a %s (%s; token %d, index %d)"
                .formatted(name, RoleKeys.word(role), servers(view), lead.fencingToken(), at)));
        return index.isPresent();
    }

    /** Consul takes no guard for this; so the lead is looked at last of all. */
    private void remove(String name, StoreView view, Lead lead, Election election) {
        view.raftServer(name)
                .filter(_ -> election.lead().equals(Optional.of(lead)))
                .ifPresent(server -> {
                    node.consul().raft().remove(server.id());
                    log.info("roles: the store does without %s (%s; token %d)"
                            .formatted(name, servers(view), lead.fencingToken()));
                });
    }

    private static String servers(StoreView view) {
        long voters = view.raft().stream().filter(server -> server.voter()).count();
        long alive = view.members().stream().filter(member -> member.alive()).count();
        return "before: " + voters + " voting servers, " + alive + " nodes alive";
    }

    private void forget(StoreView view, Lead lead) {
        Set<String> forgotten = RoleDecisions.forgotten(view);
        forgotten.forEach(name ->
                write(lead, new Operation.Delete(RoleKeys.role(name)), new Operation.Delete(RoleKeys.leaving(name))));
    }

    /** What was so before and after the store took it in was so then. Were there another voter meanwhile, the next look tells. */
    private void announce(StoreView view, Lead lead) {
        if (!announcing.due(view)) {
            return;
        }
        Set<InetAddress> voters = voters();
        if (!Announcement.fitsAnEvent(voters)) {
            return;
        }
        OptionalLong at = write(lead, new Operation.Set(Announcement.NAME, Announcement.servers(voters)));
        if (at.isPresent() && voters().equals(voters)) {
            node.consul().events().fire(Announcement.NAME, new Announcement(at.getAsLong(), voters).text());
            announcing.done();
        }
    }

    private Set<InetAddress> voters() {
        return Announcement.voters(node.consul().raft().configuration(Consistency.DEFAULT));
    }

    /** The index at which the store did it; none if the lead is over. */
    private OptionalLong write(Lead lead, Operation... operations) {
        List<Operation> guarded = new ArrayList<>(List.of(lead.guard()));
        guarded.addAll(List.of(operations));
        return switch (node.consul().kv().transact(guarded)) {
            case Transaction.Result.Committed(List<KeyValue> entries) ->
                entries.stream().mapToLong(KeyValue::modifyIndex).max();
            case Transaction.Result.RolledBack _ -> OptionalLong.empty();
        };
    }
}
