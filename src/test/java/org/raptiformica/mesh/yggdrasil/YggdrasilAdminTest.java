package org.raptiformica.mesh.yggdrasil;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.raptiformica.mesh.EngineException;
import org.raptiformica.mesh.MeshStatus;
import org.raptiformica.mesh.Peer;

/** What a real engine never says; what it says is tried in {@code YggdrasilEngineIT}. */
class YggdrasilAdminTest {

    @TempDir
    Path directory;

    /** With time enough on a machine that is busy, for what is not about time. */
    private static YggdrasilAdmin patient(Answering engine) {
        return new YggdrasilAdmin(engine.path, Duration.ofSeconds(30));
    }

    @Test
    @DisplayName("nothing that listens is an engine that does not run")
    void absent() {
        YggdrasilAdmin admin = new YggdrasilAdmin(directory.resolve("none.sock"));
        assertThatThrownBy(admin::getSelf).isInstanceOf(EngineException.NotRunning.class);
        assertThat(admin.health()).isInstanceOf(MeshStatus.Stopped.class);
    }

    @Test
    @DisplayName("silence ends at the limit, and is an engine that hangs")
    void silent() throws IOException {
        try (Answering engine = new Answering(null)) {
            YggdrasilAdmin admin = new YggdrasilAdmin(engine.path, Duration.ofMillis(150));
            assertThatThrownBy(admin::getSessions)
                    .isInstanceOf(EngineException.NoAnswer.class)
                    .hasMessage("getsessions: no answer within 150 ms");
            assertThat(admin.health()).isInstanceOf(MeshStatus.Hung.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "7",
                "{",
                "{\"status\": \"success\"}",
                "{\"status\": \"success\", \"response\": []}",
                "{\"status\": \"success\", \"response\": {\"key\": 1}}",
                "{\"status\": \"success\", \"response\": {\"key\": \"a\", \"build_version\": \"1\", \"address\": \"1.2.3.4\"}}",
                "{\"status\": \"success\", \"response\": {\"key\": \"a\", \"build_version\": \"1\", \"address\": \"no\"}}"
            })
    @DisplayName("an answer of the wrong shape is garbled, never another exception")
    void garbled(String answer) throws IOException {
        try (Answering engine = new Answering(answer)) {
            assertThatThrownBy(patient(engine)::getSelf).isInstanceOf(EngineException.Garbled.class);
        }
    }

    @Test
    @DisplayName("no byte changed in a right answer gives anything but an answer or an exception of ours")
    void changedBytes() throws IOException {
        byte[] right = """
                {"status":"success","response":{"peers":[{"remote":"tls://10.9.0.2:4863","up":true,"inbound":false,
                "address":"201:af95::1","key":"54","port":1,"uptime":1.07,"latency":330000}]}}""".getBytes(StandardCharsets.UTF_8);
        Random random = new Random(42);
        for (int round = 0; round < 150; round++) {
            byte[] changed = right.clone();
            changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            try (Answering engine = new Answering(new String(changed, StandardCharsets.ISO_8859_1))) {
                assertThat(patient(engine).getPeers()).hasSizeLessThan(2);
            } catch (EngineException expected) {
                assertThat(expected).hasMessageNotContaining("\n");
            }
        }
    }

    @Test
    @DisplayName("an answer that never ends is cut off")
    void endless() throws IOException {
        try (Answering engine = new Answering(" ".repeat(17 << 20))) {
            assertThatThrownBy(patient(engine)::getPeers)
                    .isInstanceOf(EngineException.Garbled.class)
                    .hasMessageContaining("larger than");
        }
    }

    @Test
    @DisplayName("the engine's own reason is told")
    void refused() throws IOException {
        try (Answering engine =
                new Answering("{\"status\":\"error\",\"error\":\"max backoff duration invalid\",\"response\":null}")) {
            assertThatThrownBy(() -> patient(engine).addPeer("tls://h:1"))
                    .isInstanceOf(EngineException.Refused.class)
                    .hasMessage("addpeer: max backoff duration invalid");
        }
    }

    @Test
    @DisplayName("a link that is down has no key and no age")
    void downLink() throws IOException {
        String answer = """
                {"status":"success","response":{"peers":[{"remote":"quic://10.9.0.2:4863","up":false,"inbound":false,
                "key":"","port":0,"last_error_time":1078036014,"last_error":"EOF"}]}}""";
        Peer peer = peerIn(answer);
        assertThat(peer.publicKey()).isEmpty();
        assertThat(peer.up()).isFalse();
        assertThat(peer.age()).isZero();
        assertThat(peer.lastError()).contains("EOF");
    }

    @Test
    @DisplayName("a connection whose other end has not yet shown that it has the password is not up")
    void unprovenLink() throws IOException {
        String answer = """
                {"status":"success","response":{"peers":[{"remote":"quic://10.9.0.2:4863","up":true,"inbound":false,
                "key":"","port":0,"uptime":0.02,"last_error":"password does not match remote side"}]}}""";
        Peer peer = peerIn(answer);
        assertThat(peer.up()).isFalse();
        assertThat(peer.age()).isZero();
    }

    private Peer peerIn(String answer) throws IOException {
        try (Answering engine = new Answering(answer)) {
            return patient(engine).getPeers().getFirst();
        }
    }

    /** A UNIX socket that gives one answer to whoever asks, or none at all. */
    private final class Answering implements AutoCloseable {

        private final Path path = directory.resolve("e" + System.nanoTime());
        private final ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);

        Answering(@Nullable String answer) throws IOException {
            server.bind(UnixDomainSocketAddress.of(path));
            Thread.ofVirtual().start(() -> serve(answer));
        }

        private void serve(@Nullable String answer) {
            while (true) {
                try {
                    SocketChannel asked = server.accept();
                    asked.read(ByteBuffer.allocate(4096));
                    if (answer != null) {
                        try (asked) {
                            ByteBuffer out = ByteBuffer.wrap(answer.getBytes(StandardCharsets.UTF_8));
                            while (out.hasRemaining()) {
                                asked.write(out);
                            }
                        }
                    }
                } catch (ClosedChannelException closed) {
                    return;
                } catch (IOException gone) {
                    // The one who asked has hung up, which is part of what is tried.
                }
            }
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }
}
