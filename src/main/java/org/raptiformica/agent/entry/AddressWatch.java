package org.raptiformica.agent.entry;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.raptiformica.host.AddressEvents;
import org.raptiformica.host.OwnAddresses;

/**
 * Notices that this node's addresses have changed: the kernel tells. Where nothing on the machine passes that on they are
 * looked at each second.
 */
public final class AddressWatch {

    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** After so long of looking it is tried again whether the kernel tells. */
    private static final Duration AGAIN = Duration.ofMinutes(5);

    private final Runnable changed;
    private final InstantSource clock;
    private List<String> known = OwnAddresses.now().reachable();

    /**
     * @param changed called after every change
     * @param clock one that does not jump
     */
    public AddressWatch(Runnable changed, InstantSource clock) {
        this.changed = changed;
        this.clock = clock;
    }

    /** Runs until the thread is interrupted, or the process ends. */
    public void run() {
        try {
            while (true) {
                listen();
                lookEachSecond();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void listen() {
        try (AddressEvents events = AddressEvents.begin()) {
            while (events.next()) {
                look();
            }
        }
    }

    private void lookEachSecond() throws InterruptedException {
        Instant end = clock.instant().plus(AGAIN);
        while (clock.instant().isBefore(end)) {
            look();
            Thread.sleep(PAUSE);
        }
    }

    private void look() {
        List<String> found = OwnAddresses.now().reachable();
        if (!found.equals(known)) {
            known = found;
            changed.run();
        }
    }
}
