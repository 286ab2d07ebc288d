package org.raptiformica.agent.reconcile;

/** What a reconciler found and did. */
public sealed interface Step {

    /** Found is as wanted. */
    record Settled() implements Step {}

    /** Something was changed towards what is wanted; looked at again at once. */
    record Changed(String why) implements Step {}

    /** Something was done that no other reconciler's work rests on: nothing has to be looked at again for it. */
    record Done(String what) implements Step {}

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

    /** Something was done for itself. */
    static Step done(String what) {
        return new Done(what);
    }

    /** What is waited for, as in "waiting for …". */
    static Step waiting(String what) {
        return new Waiting(what);
    }
}
