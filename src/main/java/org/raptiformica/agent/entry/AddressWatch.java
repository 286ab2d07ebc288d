package org.raptiformica.agent.entry;

import java.time.Duration;
import java.util.List;
import org.raptiformica.host.OwnAddresses;

/**
 * Notices that this node's addresses have changed. The kernel would tell over a netlink socket, which Java opens only through
 * native access, and that costs an agent some megabytes; {@code ip monitor} is not on every machine. To ask costs less than
 * a millisecond.
 */
public final class AddressWatch {

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Runnable changed;

    /** @param changed called after every change */
    public AddressWatch(Runnable changed) {
        this.changed = changed;
    }

    /** Runs until the thread is interrupted. */
    public void run() {
        List<String> known = OwnAddresses.now().reachable();
        try {
            while (true) {
                Thread.sleep(PAUSE);
                List<String> found = OwnAddresses.now().reachable();
                if (!found.equals(known)) {
                    known = found;
                    changed.run();
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
