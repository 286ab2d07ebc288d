package org.raptiformica.consensus;

import org.raptiformica.consul.Operation;

/**
 * Being the elected one.
 *
 * @param fencingToken grows with every election: what carries a smaller one comes from a predecessor
 */
public record Lead(String key, String session, long fencingToken) {

    /** Put first in a transaction it makes the store refuse the rest if this lead is over, whoever believes what. */
    public Operation guard() {
        return new Operation.CheckSession(key, session);
    }
}
