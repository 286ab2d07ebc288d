package org.raptiformica.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What this machine's kernel tells when a loopback address of its own comes and goes. */
class AddressEventsIT {

    private static final String ADDRESS = "127.213.0.1/32";

    @Test
    @DisplayName("the kernel tells of an address that comes and of one that goes, and of nothing while nothing happens")
    void theKernelTells() throws Exception {
        try (AddressEvents events = AddressEvents.begin()) {
            CompletableFuture<Boolean> came = CompletableFuture.supplyAsync(events::next, Thread::startVirtualThread);
            assertThatThrownBy(() -> came.get(500, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);

            ip("add");
            try {
                assertThat(came.get(5, TimeUnit.SECONDS))
                        .as("told that it came")
                        .isTrue();
            } finally {
                ip("del");
            }
            assertThat(CompletableFuture.supplyAsync(events::next, Thread::startVirtualThread)
                            .get(5, TimeUnit.SECONDS))
                    .as("told that it went")
                    .isTrue();
        }
    }

    @Test
    @DisplayName("who waits hears that there will be none any more once it is closed")
    void closingEndsIt() throws Exception {
        AddressEvents events = AddressEvents.begin();
        CompletableFuture<Boolean> next = CompletableFuture.supplyAsync(events::next, Thread::startVirtualThread);

        events.close();

        assertThat(next.get(5, TimeUnit.SECONDS)).as("told of more").isFalse();
    }

    private static void ip(String verb) {
        Outcome outcome = new LocalHost().run(Command.of("ip", "address", verb, ADDRESS, "dev", "lo"));
        assertThat(outcome.ok()).as(outcome.err()).isTrue();
    }
}
