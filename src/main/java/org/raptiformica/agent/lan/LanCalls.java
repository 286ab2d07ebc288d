package org.raptiformica.agent.lan;

import java.time.InstantSource;

/**
 * What the calls on the local network and the links of the mesh tell each other.
 *
 * @param heard where nodes were heard, for the links
 * @param solitude whether this node is to call, from the links
 */
public record LanCalls(HeardCalls heard, Solitude solitude) {

    /**
     * Nothing heard yet, and no need to call.
     *
     * @param clock one that does not jump
     */
    public LanCalls(InstantSource clock) {
        this(new HeardCalls(clock), new Solitude());
    }
}
