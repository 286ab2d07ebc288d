package org.raptiformica.agent;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Shows that this agent answers: asks its own socket again and again, and after each answer writes something new into a
 * file. The guard restarts an agent whose file has been the same for long: one whose threads wait for each other runs, and
 * looks well from outside.
 */
final class Pulse {

    private static final Duration PAUSE = Duration.ofSeconds(10);
    private static final ByteBuffer QUESTION =
            ByteBuffer.wrap("{\"do\":\"pulse\",\"with\":{}}\n".getBytes(StandardCharsets.UTF_8));

    private final Path socket;
    private final Path file;

    Pulse(Path socket, Path file) {
        this.socket = socket;
        this.file = file;
    }

    /** Runs until the thread is interrupted. */
    void run() {
        try {
            while (true) {
                beat();
                Thread.sleep(PAUSE);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void beat() {
        try {
            if (answers()) {
                Files.writeString(file, System.nanoTime() + "\n");
            }
        } catch (IOException fullDisk) {
            // Without a file there is nothing to compare: better no watch than one that kills what is well.
            forget();
        }
    }

    private void forget() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException readOnly) {
            // Then the guard sees the last one for ever.
        }
    }

    /** That this version does not know the question does not matter. */
    private boolean answers() throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            ByteBuffer question = QUESTION.duplicate();
            while (question.hasRemaining()) {
                channel.write(question);
            }
            return new BufferedReader(new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8))
                            .readLine()
                    != null;
        }
    }
}
