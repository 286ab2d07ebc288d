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
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.raptiformica.mesh.EngineException;
import org.raptiformica.mesh.Peer;
import org.raptiformica.mesh.cjdns.Bencode.Dict;
import org.raptiformica.mesh.cjdns.Bencode.Text;

/** What cjdroute 21.1 says, read without one, and what it never says; a real one is asked in {@code CjdnsEngineIT}. */
class CjdnsAdminTest {

    private static final Duration SHORT = Duration.ofMillis(200);
    /** For answers that come, on a machine that is busy too. */
    private static final Duration PATIENT = Duration.ofSeconds(60);

    static final String KEY = "x0zxrnl4mrvwdrsxhj4cuhx4tb8n028gsuuj5f0fx8lnwrjy1fd0.k";

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
            assertThatThrownBy(engine.admin(PATIENT)::peerStats)
                    .isInstanceOf(EngineException.Garbled.class)
                    .hasMessageContaining("does not end");
        }
    }

    @Test
    @DisplayName("no byte changed in a right answer gives anything but an answer or an exception of ours")
    void changedBytes() throws IOException {
        Random random = new Random(13);
        String right = "d6:cookie2:425:peersl" + peer(0, "10.9.0.1:4863", "ESTABLISHED") + "e4:txid";
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
    @DisplayName("a key that is none is not sent: some texts would end the engine")
    void badKeys(String key) {
        CjdnsAdmin admin = new CjdnsAdmin(new InetSocketAddress(InetAddress.getLoopbackAddress(), 9), "p", SHORT);
        assertThatThrownBy(() -> admin.disconnectPeer(key)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @DisplayName("each question is signed: the SHA-256 of password and cookie, then that of the whole message with it")
    void authenticates() throws IOException {
        try (Answering engine = Answering.to(CjdnsAdminTest::answerToTheRightPassword)) {
            engine.admin(PATIENT).ping();
            assertThatThrownBy(new CjdnsAdmin(engine.address(), "another", PATIENT)::ping)
                    .isInstanceOf(EngineException.Refused.class)
                    .hasMessage("ping: Auth failed.");
        }
    }

    /** What cjdroute 21.1 does with a question, by its admin/Admin.c. */
    private static byte[] answerToTheRightPassword(Dict question) {
        String cookie = "1795000000";
        Map<String, Bencode> answer =
                new HashMap<>(Map.of("txid", question.entries().get("txid")));
        if (question.text("q").equals(Optional.of("cookie"))) {
            answer.put("cookie", new Text(cookie));
        } else {
            Dict signed = question.with("hash", new Text(sha256(("p" + cookie).getBytes(StandardCharsets.UTF_8))));
            boolean right = question.text("hash").equals(Optional.of(sha256(signed.encoded())));
            answer.put(right ? "q" : "error", new Text(right ? "pong" : "Auth failed."));
        }
        return Dict.of(answer).encoded();
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    @Test
    @DisplayName("links are read as the engine tells them: who, where, up or not, and who dialled")
    void links() throws IOException {
        String peers = "l" + peer(0, "10.9.0.1:4863", "ESTABLISHED") + peer(1, "[fd77::2]:4863", "UNRESPONSIVE") + "e";
        try (Answering engine =
                Answering.toNumber(txid -> "d6:cookie2:425:peers" + peers + "4:txid" + text(txid) + "e")) {
            List<Peer> links = engine.admin(PATIENT).peerStats();

            assertThat(links).hasSize(2).allSatisfy(link -> {
                assertThat(link.publicKey()).contains(KEY);
                assertThat(link.address()).isEqualTo(CjdnsKey.parse(KEY).map(CjdnsKey::address));
            });
            Peer dialled = links.getFirst();
            assertThat(dialled.remote()).isEqualTo("udp://10.9.0.1:4863");
            assertThat(dialled.up()).isTrue();
            assertThat(dialled.inbound()).isFalse();
            assertThat(dialled.lastError()).isEmpty();
            Peer silent = links.getLast();
            assertThat(silent.remote()).isEqualTo("udp://[fd77:0:0:0:0:0:0:2]:4863");
            assertThat(silent.up()).isFalse();
            assertThat(silent.inbound()).isTrue();
            assertThat(silent.lastError()).contains("unresponsive");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2:msi12e6:result4:pong | 12",
                "2:msi2000e6:result7:timeout | ",
                "5:error9:not_found | ",
            })
    @DisplayName("a ping takes as long as the engine says; no answer and no way there are none")
    void pings(String told, @Nullable Long milliseconds) throws IOException {
        try (Answering engine = Answering.toNumber(txid -> "d6:cookie2:42" + told + "4:txid" + text(txid) + "e")) {
            assertThat(engine.admin(PATIENT)
                            .pingNode(CjdnsKey.parse(KEY).orElseThrow().address(), SHORT))
                    .isEqualTo(Optional.ofNullable(milliseconds).map(Duration::ofMillis));
        }
    }

    private static String peer(int incoming, String endpoint, String state) {
        return "d4:addr" + text("v21.0000.0000.0000.0013." + KEY) + "10:isIncomingi" + incoming + "e6:lladdr"
                + text(endpoint) + "5:state" + text(state) + "e";
    }

    private static String text(String text) {
        return text.length() + ":" + text;
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
            return new CjdnsAdmin(address(), "p", limit);
        }

        InetSocketAddress address() {
            return (InetSocketAddress) socket.getLocalSocketAddress();
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
