package org.raptiformica.mesh.cjdns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.raptiformica.mesh.EngineException;
import org.raptiformica.mesh.cjdns.Bencode.Dict;
import org.raptiformica.mesh.cjdns.Bencode.Int;
import org.raptiformica.mesh.cjdns.Bencode.Items;
import org.raptiformica.mesh.cjdns.Bencode.Text;

/** Whatever a socket answers to whatever is asked: an answer, or an exception that a reconciler knows. */
@Execution(ExecutionMode.CONCURRENT)
class CjdnsAdminFuzzTest {

    private static final int ROUNDS = 2000;
    private static final Duration LIMIT = Duration.ofMillis(20);
    private static final String KEY = CjdnsAdminTest.KEY;
    private static final List<String> NAMES = List.of(
            "peers",
            "routingTable",
            "users",
            "total",
            "more",
            "result",
            "protocolVersion",
            "ms",
            "error",
            "addr",
            "lladdr",
            "state",
            "isIncoming",
            "last");
    private static final List<String> TEXTS = List.of(
            "",
            "none",
            "pong",
            "ESTABLISHED",
            "10.9.0.1:4863",
            "[fe80::1]:4863",
            "[:::1]:99999",
            "no peer found",
            "v21.0000.0000.0000.0013." + KEY,
            "v99999.0000.0000.0000.0013." + KEY,
            "v21.0000.0000.0000.0013.x.k");
    private static final List<Consumer<CjdnsAdmin>> QUESTIONS = List.of(
            CjdnsAdmin::ping,
            CjdnsAdmin::protocolVersion,
            CjdnsAdmin::peerStats,
            CjdnsAdmin::dumpTable,
            CjdnsAdmin::passwords,
            admin -> admin.pingNode(CjdnsKey.parse(KEY).orElseThrow().address(), Duration.ofMillis(1)),
            admin -> admin.beginConnection(
                    KEY, new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 4863), "user", "password"),
            admin -> admin.disconnectPeer(KEY),
            admin -> admin.addPassword("user", "password"),
            admin -> admin.removePassword("user"));

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 20261124})
    @DisplayName(
            "arbitrary bencode and arbitrary bytes give an answer or an exception of the engine, of every function")
    void arbitraryAnswers(long seed) throws IOException {
        Random random = new Random(seed);
        int answered = 0;
        int refused = 0;
        try (CjdnsAdminTest.Answering engine = CjdnsAdminTest.Answering.to(question -> answer(question, random))) {
            CjdnsAdmin admin = engine.admin(LIMIT);
            for (int round = 0; round < ROUNDS; round++) {
                try {
                    QUESTIONS.get(round % QUESTIONS.size()).accept(admin);
                    answered++;
                } catch (EngineException expected) {
                    refused++;
                }
            }
        }
        assertThat(List.of(answered, refused)).as("answers, and exceptions").allMatch(count -> count > ROUNDS / 20);
    }

    private static byte[] answer(Dict question, Random random) {
        Text number = new Text(question.text("txid").orElseThrow());
        if (random.nextInt(10) == 0) {
            byte[] bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            return bytes;
        }
        boolean cookie = question.text("q").orElse("").equals("cookie");
        Dict made = cookie && random.nextInt(10) > 0
                ? Dict.of(Map.of("cookie", new Text("42"), "txid", number))
                : dict(random, 0).with("txid", number);
        byte[] bytes = made.encoded();
        if (random.nextInt(10) == 0) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return bytes;
    }

    private static Dict dict(Random random, int depth) {
        Map<String, Bencode> entries = new TreeMap<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            entries.put(NAMES.get(random.nextInt(NAMES.size())), value(random, depth + 1));
        }
        return Dict.of(entries);
    }

    private static Bencode value(Random random, int depth) {
        List<Supplier<Bencode>> kinds = List.of(
                () -> new Int(random.nextLong()),
                () -> new Int(random.nextInt(3)),
                () -> new Text(TEXTS.get(random.nextInt(TEXTS.size()))),
                () -> dict(random, depth),
                () -> new Items(IntStream.range(0, random.nextInt(4))
                        .mapToObj(_ -> value(random, depth + 1))
                        .toList()));
        return kinds.get(random.nextInt(depth < 4 ? kinds.size() : 3)).get();
    }
}
