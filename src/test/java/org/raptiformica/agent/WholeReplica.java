package org.raptiformica.agent;

import java.nio.file.Path;
import org.raptiformica.config.CacheDirectory;
import org.raptiformica.config.ConfigCache;
import org.raptiformica.config.Keys;
import org.raptiformica.config.Mapping;

/** Replicas for tests: with what a shared config must have, and what the test needs. */
final class WholeReplica {

    private WholeReplica() {}

    static Replica in(Path directory, Mapping mapping) {
        Replica replica = new Replica(new ConfigCache(new CacheDirectory(directory)));
        replica.take(mapping.with(Keys.SERVER + "/s/n/bootstrap", "true")
                .with(Keys.COMPUTE + "/c/s/source", "s")
                .with(Keys.PLATFORM + "/default/hooks/after_mesh/x/command", "true"));
        return replica;
    }
}
