package org.raptiformica.provision.upload;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.raptiformica.host.Waiting;

@Timeout(30)
class PacedStreamTest {

    private static final int MUCH = 8 * 1024 * 1024;

    private final AtomicLong now = new AtomicLong();
    private final ByteArrayOutputStream wire = new ByteArrayOutputStream();
    private final PacedStream stream = new PacedStream(wire, now::get);
    private Optional<Thread> sender = Optional.empty();

    @AfterEach
    void stop() throws InterruptedException {
        if (sender.isPresent()) {
            sender.get().interrupt();
            sender.get().join();
        }
    }

    private void send(int bytes) {
        sender = Optional.of(Thread.ofPlatform().start(() -> {
            try {
                stream.write(new byte[bytes], 0, bytes);
            } catch (IOException e) {
                if (!Thread.currentThread().isInterrupted()) {
                    throw new UncheckedIOException(e);
                }
            }
        }));
    }

    /** Once the sender waits, which nothing but this test ends. */
    private int sent() {
        Thread thread = sender.orElseThrow();
        return Waiting.until("the sender's pause", Duration.ofSeconds(20), () -> switch (thread.getState()) {
            case TIMED_WAITING, TERMINATED -> Optional.of(wire.size());
            default -> Optional.empty();
        });
    }

    @Test
    void holdsBackWhatTheMachineDoesNotTake() {
        send(MUCH);

        assertThat(sent()).isEqualTo(PacedStream.LEAST);
    }

    @Test
    void goesOnAsTheMachineTakesIt() {
        send(MUCH);
        sent();

        stream.taken(100_000);
        stream.taken(200_000);

        assertThat(Waiting.until(
                        "more",
                        Duration.ofSeconds(20),
                        () -> Optional.of(sent()).filter(size -> size > PacedStream.LEAST)))
                .isLessThanOrEqualTo(PacedStream.LEAST + 200_000);
    }

    @Test
    void holdsNothingBackWhereTheMachineDoesNotTell() throws Exception {
        send(MUCH);
        sent();

        stream.untold();

        sender.orElseThrow().join();
        assertThat(wire.size()).isEqualTo(MUCH);
    }

    @Test
    void sendsFurtherAheadTheLongerTheWayIs() {
        Duration delay = Duration.ofMillis(100);
        send(MUCH);
        sent();

        // All that was sent arrives after the delay: the way took 512 KiB in it, so it may take twice that.
        now.addAndGet(delay.toNanos());
        stream.taken(PacedStream.LEAST);

        assertThat(Waiting.until(
                        "more",
                        Duration.ofSeconds(20),
                        () -> Optional.of(sent()).filter(size -> size > 2 * PacedStream.LEAST)))
                .isEqualTo(3 * PacedStream.LEAST);
    }

    @Test
    void passesEverythingOnAsItIs() throws IOException {
        stream.untold();
        byte[] text = "what is sent".getBytes(StandardCharsets.UTF_8);

        stream.write(text, 0, 5);
        stream.write(text[5]);
        stream.write(text, 6, text.length - 6);

        assertThat(wire.toByteArray()).isEqualTo(text);
    }
}
