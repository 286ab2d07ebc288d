package org.raptiformica.consul;

/** How fresh a read must be. */
public enum Consistency {
    /** From the leader, which trusts its lease: stale for the length of an election in rare cases. */
    DEFAULT,
    /** From the leader after it made sure with a majority that it still is the leader: never stale, one round trip more. */
    CONSISTENT,
    /** From any server, also without a leader: as old as {@link Answer#lastContact()} says. */
    STALE
}
