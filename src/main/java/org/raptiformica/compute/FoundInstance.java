package org.raptiformica.compute;

/** An instance and whether it lives. */
public record FoundInstance(Instance instance, State state) {

    /** What can be said of an instance. */
    public enum State {
        /** A process on this machine boots it right now. */
        BOOTING,
        /** Its compute type says that it lives. */
        ALIVE,
        /** Its compute type says that it is gone, or its boot was cut short. */
        STALE
    }
}
