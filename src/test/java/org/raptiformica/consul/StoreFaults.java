package org.raptiformica.consul;

import java.io.IOException;

/** What a store that is cut off, or that loses an answer, throws. */
public final class StoreFaults {

    private StoreFaults() {}

    public static ConsulException noLeader() {
        return new ConsulException.NoLeader("cut off");
    }

    public static ConsulException answerLost() {
        return new ConsulException.OutcomeUnknown("the answer was lost");
    }

    public static ConsulException unreachable() {
        return new ConsulException.Unreachable("nobody listens", new IOException("refused"));
    }
}
