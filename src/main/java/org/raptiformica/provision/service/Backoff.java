package org.raptiformica.provision.service;

import java.time.Duration;
import java.time.Instant;

/**
 * When a service that died may be started again: 1 s after its first death, then 2 s, 4 s, … 30 s; one that ran for a
 * minute counts as healthy.
 */
final class Backoff {

    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final Duration HEALTHY = Duration.ofMinutes(1);

    private Duration pause = FIRST;
    private Instant seenAlive = Instant.MIN;
    private Instant aliveSince = Instant.MAX;
    private Instant notBefore = Instant.MIN;

    /** It is seen running. */
    void alive(Instant now) {
        seenAlive = now;
        aliveSince = aliveSince.isAfter(now) ? now : aliveSince;
        notBefore = Instant.MIN;
    }

    /** It is seen dead: whether it may be started now. */
    boolean due(Instant now) {
        if (notBefore.equals(Instant.MIN)) {
            boolean healthy = !aliveSince.isAfter(seenAlive)
                    && Duration.between(aliveSince, seenAlive).compareTo(HEALTHY) >= 0;
            pause = healthy ? FIRST : pause;
            notBefore = now.plus(pause);
            pause = min(pause.multipliedBy(2), LONGEST);
            aliveSince = Instant.MAX;
        }
        if (now.isBefore(notBefore)) {
            return false;
        }
        notBefore = Instant.MIN;
        return true;
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
