package org.raptiformica.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.raptiformica.failure.MachineUnreachable;
import org.raptiformica.failure.StepFailed;

class WaitingTest {

    @Test
    void givesWhatTheProbeFindsAtLast() {
        AtomicInteger tries = new AtomicInteger();
        int found = Waiting.until(
                "third try",
                Duration.ofSeconds(10),
                () -> tries.incrementAndGet() < 3 ? Optional.empty() : Optional.of(tries.get()));
        assertThat(found).isEqualTo(3);
    }

    @Test
    void saysAtTheLimitWhatWasWaitedForAndWhatWasLastSeen() {
        assertThatThrownBy(() -> Waiting.until("an answer of 10.0.0.1", Duration.ofMillis(120), () -> {
                    throw new MachineUnreachable("10.0.0.1", "refuses connections on port 22", "Start it.");
                }))
                .isInstanceOfSatisfying(
                        StepFailed.class,
                        failure -> assertThat(failure.message())
                                .isEqualTo("an answer of 10.0.0.1: did not come within 0.1 s;"
                                        + " last seen: 10.0.0.1: refuses connections on port 22"
                                        + System.lineSeparator() + "  Start it."));
    }

    @Test
    void asksOnceEvenWithNoTimeAtAll() {
        assertThat(Waiting.until("x", Duration.ZERO, () -> Optional.of("there")))
                .isEqualTo("there");
    }

    @Test
    void anInterruptEndsIt() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> Waiting.until("x", Duration.ofSeconds(10), Optional::empty))
                .isInstanceOf(CancellationException.class);
        assertThat(Thread.interrupted()).isTrue();
    }
}
