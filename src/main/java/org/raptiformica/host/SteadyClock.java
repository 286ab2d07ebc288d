package org.raptiformica.host;

import java.time.Instant;
import java.time.InstantSource;

/**
 * A clock for durations within one process: it neither jumps nor is set, as the wall clock is on machines that find the
 * time late. Its instants mean nothing elsewhere.
 */
public final class SteadyClock implements InstantSource {

    @Override
    public Instant instant() {
        return Instant.EPOCH.plusNanos(System.nanoTime());
    }
}
