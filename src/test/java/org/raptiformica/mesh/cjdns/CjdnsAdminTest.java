package org.raptiformica.mesh.cjdns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.raptiformica.mesh.EngineException;

/** What a real engine never says; what it says is tried in {@code CjdnsEngineIT}. */
class CjdnsAdminTest {

    private static final Duration SHORT = Duration.ofMillis(200);

    @Test
    @DisplayName("nothing that listens is an engine that does not run")
    void absent() throws IOException {
        InetSocketAddress free;
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            free = (InetSocketAddress) socket.getLocalSocketAddress();
        }
        assertThatThrownBy(new CjdnsAdmin(free, "p", SHORT)::ping).isInstanceOf(EngineException.NotRunning.class);
    }

    @Test
    @DisplayName("silence ends at the limit, and so do answers to somebody else")
    void silent() throws IOException {
        try (Answering engine = Answering.toNumber(txid -> "d6:cookie2:424:txid3:xyze")) {
            assertThatThrownBy(engine.admin()::ping)
                    .isInstanceOf(EngineException.NoAnswer.class)
                    .hasMessage("ping: no answer within 200 ms");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "i1e", "d", "de", "d6:cookiei1e4:txid%se", "d6:cookie3:abc4:txid%se"})
    @DisplayName("an answer of the wrong shape is garbled or none, never another exception")
    void garbled(String answer) throws IOException {
        try (Answering engine = Answering.toNumber(txid -> answer.formatted(txid.length() + ":" + txid))) {
            assertThatThrownBy(engine.admin()::ping).isInstanceOf(EngineException.class);
        }
    }

    @Test
    @DisplayName("a list that never ends is cut off")
    void endless() throws IOException {
        try (Answering engine = Answering.toNumber(
                txid -> "d6:cookie2:424:morei1e5:peersle4:txid" + txid.length() + ":" + txid + "e")) {
            assertThatThrownBy(engine.admin(Duration.ofSeconds(20))::peerStats)
                    .isInstanceOf(EngineException.Garbled.class)
                    .hasMessageContaining("does not end");
        }
    }

    @Test
    @DisplayName("no byte changed in a right answer gives anything but an answer or an exception of ours")
    void changedBytes() throws IOException {
        Random random = new Random(13);
        String right = "d6:cookie2:425:peersld4:addr78:v21.0000.0000.0000.0013."
                + "x0zxrnl4mrvwdrsxhj4cuhx4tb8n028gsuuj5f0fx8lnwrjy1fd0.k10:isIncomingi0e6:lladdr13:10.9.0.1:4863"
                + "5:state11:ESTABLISHEDee4:txid";
        try (Answering engine = Answering.toNumber(txid -> {
            StringBuilder changed = new StringBuilder(right);
            changed.setCharAt(random.nextInt(changed.length()), (char) random.nextInt(256));
            return changed + "" + txid.length() + ":" + txid + "e";
        })) {
            for (int round = 0; round < 30; round++) {
                try {
                    assertThat(engine.admin().peerStats()).hasSizeLessThan(2);
                } catch (EngineException expected) {
                    assertThat(expected).hasMessageNotContaining("\n");
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "zzzz", "0000.0000.0000.000z", "0000.0000.0000.0013 ", "0000.0000.0000.0013\n"})
    @DisplayName("a path that is none is not sent: some of them would end the engine")
    void badPaths(String path) {
        CjdnsAdmin admin = new CjdnsAdmin(new InetSocketAddress(InetAddress.getLoopbackAddress(), 9), "p", SHORT);
        assertThatThrownBy(() -> admin.getPeers(path)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> admin.disconnectPeer(path)).isInstanceOf(IllegalArgumentException.class);
    }

    /** A UDP socket that gives an answer made from the question, or from its number. */
    static final class Answering implements AutoCloseable {

        private final DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        private final Function<Bencode.Dict, byte[]> answer;

        private Answering(Function<Bencode.Dict, byte[]> answer) throws IOException {
            this.answer = answer;
            Thread.ofVirtual().start(this::serve);
        }

        static Answering to(Function<Bencode.Dict, byte[]> answer) throws IOException {
            return new Answering(answer);
        }

        static Answering toNumber(UnaryOperator<String> answer) throws IOException {
            return to(question ->
                    answer.apply(question.text("txid").orElseThrow()).getBytes(StandardCharsets.ISO_8859_1));
        }

        CjdnsAdmin admin() {
            return admin(SHORT);
        }

        CjdnsAdmin admin(Duration limit) {
            return new CjdnsAdmin((InetSocketAddress) socket.getLocalSocketAddress(), "p", limit);
        }

        private void serve() {
            byte[] buffer = new byte[4096];
            while (!socket.isClosed()) {
                try {
                    DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                    socket.receive(packet);
                    byte[] bytes = answer.apply((Bencode.Dict) Bencode.decoded(buffer, packet.getLength()));
                    socket.send(new DatagramPacket(bytes, bytes.length, packet.getSocketAddress()));
                } catch (IOException closed) {
                    if (!socket.isClosed()) {
                        throw new UncheckedIOException(closed);
                    }
                }
            }
        }

        @Override
        public void close() {
            socket.close();
        }
    }
}
