package org.raptiformica.agent.replica;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.raptiformica.config.CacheDirectory;
import org.raptiformica.config.Change;
import org.raptiformica.config.ConfigCache;
import org.raptiformica.config.Keys;
import org.raptiformica.config.Mapping;
import org.raptiformica.config.Neighbour;

/** What tests of reconcilers work with: replicas with what a shared config must have, and entries of nodes in it. */
public final class WholeReplica {

    private WholeReplica() {}

    public static Replica in(Path directory, Mapping mapping) {
        Replica replica = new Replica(new ConfigCache(new CacheDirectory(directory)));
        replica.take(whole(mapping));
        return replica;
    }

    /** Makes changes that wait on this node. */
    public static void change(Replica replica, Change... changes) {
        replica.accept(List.of(replica.outbox().record(List.of(changes))));
    }

    /** The mapping with one entry of each part that a shared config must have. */
    public static Mapping whole(Mapping mapping) {
        return mapping.with(Keys.SERVER + "/s/n/bootstrap", "true")
                .with(Keys.COMPUTE + "/c/s/source", "s")
                .with(Keys.PLATFORM + "/default/hooks/after_mesh/x/command", "true");
    }

    /** A node that is called by its key and has an SSH server under that name. */
    public static Neighbour node(String key, String meshAddress) {
        return new Neighbour(
                key,
                Optional.of(key),
                22,
                "yggdrasil",
                4863,
                meshAddress,
                key,
                "",
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
