package org.raptiformica.agent.reconcile;

import org.raptiformica.agent.node.NodeRecord;

/**
 * One concern of the agent. It compares what is wanted with what it finds, takes the smallest step from the one to the
 * other, and says why. Called again and again from one thread; keeps no state that it could read off the world.
 */
public interface Reconciler {

    /** The concern, for logs. */
    String name();

    /** Looks, takes one step or none. Failures may be thrown: they are logged once and tried again later. */
    Step reconcile(NodeRecord wanted);
}
