package org.raptiformica.agent.entry;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import org.raptiformica.agent.node.NodeRecord;
import org.raptiformica.agent.reconcile.Reconciler;
import org.raptiformica.agent.reconcile.Step;
import org.raptiformica.agent.replica.Replica;
import org.raptiformica.config.Advertised;
import org.raptiformica.config.CacheDirectory;
import org.raptiformica.config.Change;
import org.raptiformica.config.Keys;
import org.raptiformica.config.Mapping;
import org.raptiformica.config.Neighbour;
import org.raptiformica.consensus.SharedConfig;
import org.raptiformica.consul.ConsulException;
import org.raptiformica.host.OwnAddresses;

/**
 * This node's own entry in the shared config: at which addresses it may be reached now, which program it runs, and, at most
 * every quarter of an hour, that it is there. An entry that somebody took away is not made again.
 */
public final class EntryReconciler implements Reconciler {

    /** What all nodes are told of one costs each of them a look at the whole config. */
    private static final Duration NEWS = Duration.ofMinutes(15);

    private final SharedConfig store;
    private final Replica replica;
    private final CacheDirectory cache;
    private final String program;
    private final InstantSource clock;

    /**
     * @param cache where it is kept what a person wants to be advertised
     * @param program the id of the program that runs
     */
    public EntryReconciler(
            SharedConfig store, Replica replica, CacheDirectory cache, String program, InstantSource clock) {
        this.store = store;
        this.replica = replica;
        this.cache = cache;
        this.program = program;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "own entry";
    }

    @Override
    public Step reconcile(NodeRecord wanted) {
        Optional<Neighbour> known = Neighbour.of(replica.current(), wanted.publicKey());
        List<String> own = OwnAddresses.now().reachable();
        Optional<Advertised> advertised = Advertised.read(cache);
        if (known.map(entry -> entry.equals(trueEntry(entry, advertised, own))).orElse(true)) {
            return Step.settled();
        }
        try {
            store.write(stored -> Neighbour.of(stored.mapping(), wanted.publicKey())
                    .map(entry -> changes(entry, trueEntry(entry, advertised, own)))
                    .orElse(List.of()));
        } catch (ConsulException noQuorum) {
            // The mesh does without; there is a next time.
            return Step.settled();
        }
        return Step.changed("reached at " + String.join(" ", own));
    }

    private Neighbour trueEntry(Neighbour entry, Optional<Advertised> advertised, List<String> own) {
        SequencedSet<String> addresses = new LinkedHashSet<>();
        advertised.ifPresent(it -> addresses.addAll(it.addresses()));
        addresses.addAll(own);
        Instant now = clock.instant();
        boolean news = entry.lastSeen()
                .filter(it -> Duration.between(it, now).abs().compareTo(NEWS) < 0)
                .isEmpty();
        Neighbour placed = advertised
                .map(it -> entry.at(Optional.of(it.host()), it.sshPort()))
                .orElse(entry);
        return placed.saying(
                new ArrayList<>(addresses),
                Optional.of(program),
                news ? Optional.of(Instant.ofEpochSecond(now.getEpochSecond())) : entry.lastSeen());
    }

    private static List<Change> changes(Neighbour before, Neighbour after) {
        Mapping old = before.writtenTo(Mapping.empty()).below(Keys.neighbour(before.publicKey()));
        return Change.between(old, after.writtenTo(Mapping.empty()).below(Keys.neighbour(after.publicKey())));
    }
}
