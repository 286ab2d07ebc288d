package org.raptiformica.consensus;

/** One step towards the wanted set of servers. */
public sealed interface RoleChange {

    /** The node that changes. */
    String node();

    /** A client agent becomes a server: new configuration, restart. */
    record Promote(String node) implements RoleChange {}

    /**
     * A server becomes a client agent: removed from the store's configuration while it still runs, then at once new
     * configuration and restart. Restarted first, of two servers the other could not go on.
     */
    record Demote(String node) implements RoleChange {}

    /** A server that is gone is removed from the store's configuration. */
    record Remove(String node) implements RoleChange {}
}
