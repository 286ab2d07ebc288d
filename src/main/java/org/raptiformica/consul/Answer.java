package org.raptiformica.consul;

import java.time.Duration;
import java.util.function.Function;

/**
 * What was read, and how fresh it is.
 *
 * @param index Consul's index of it (header X-Consul-Index), to wait for a change; unsigned, 0 where Consul gives none
 * @param knownLeader whether the server that answered knew a leader
 * @param lastContact how long ago that server had heard from the leader; zero when it is the leader
 */
public record Answer<T>(T value, long index, boolean knownLeader, Duration lastContact) {

    <R> Answer<R> map(Function<T, R> change) {
        return new Answer<>(change.apply(value), index, knownLeader, lastContact);
    }
}
