package org.raptiformica.agent.reconcile;

/** What a reconciler found and did. */
public sealed interface Step {

    /** Found is as wanted. */
    record Settled() implements Step {}

    /** Something was changed towards what is wanted; looked at again at once. */
    record Changed(String why) implements Step {}

    /** Nothing can be done until something else happens; the reconcilers after this one have to wait as well. */
    record Waiting(String what) implements Step {}

    /** Found is as wanted. */
    static Step settled() {
        return new Settled();
    }

    /** Something was changed, and why. */
    static Step changed(String why) {
        return new Changed(why);
    }

    /** What is waited for, as in "waiting for …". */
    static Step waiting(String what) {
        return new Waiting(what);
    }
}
