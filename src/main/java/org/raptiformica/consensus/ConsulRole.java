package org.raptiformica.consensus;

/** What a node's Consul is to the store. */
public enum ConsulRole {
    /**
     * A server that may start a store of its own, alone, when it has no data. Only for the first start of the first
     * node: a founder that lost its data would start a second store inside the same cluster, so it is to be
     * {@link #SERVER} from the moment it leads. With data it is harmless.
     */
    FOUNDER,
    /** A server: keeps a copy of the store and votes. */
    SERVER,
    /** A client agent: asks the servers. */
    CLIENT;

    /** Whether it keeps a copy of the store. */
    public boolean server() {
        return this != CLIENT;
    }
}
