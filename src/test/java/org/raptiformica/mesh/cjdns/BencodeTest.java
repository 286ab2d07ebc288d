package org.raptiformica.mesh.cjdns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.raptiformica.mesh.EngineException;
import org.raptiformica.mesh.cjdns.Bencode.Dict;
import org.raptiformica.mesh.cjdns.Bencode.Int;
import org.raptiformica.mesh.cjdns.Bencode.Items;
import org.raptiformica.mesh.cjdns.Bencode.Text;

class BencodeTest {

    @Test
    @DisplayName("any value is read as it was written")
    void roundTrip() {
        Random random = new Random(11);
        for (int round = 0; round < 2000; round++) {
            Bencode value = value(random, 0);
            byte[] bytes = value.encoded();
            assertThat(Bencode.decoded(bytes, bytes.length)).isEqualTo(value);
        }
    }

    @Test
    @DisplayName("the keys of a dictionary are written in order")
    void sorted() {
        Dict dict = Dict.of(Map.of("q", new Text("ping"), "args", Dict.of(Map.of()), "n", new Int(-3)));
        assertThat(new String(dict.encoded(), StandardCharsets.ISO_8859_1)).isEqualTo("d4:argsde1:ni-3e1:q4:pinge");
    }

    @Test
    @DisplayName("what cjdns really sends is read: lengths padded with zeros, keys in any order")
    void real() {
        String message = "d00001:q4:pong4:txid1:7e";
        assertThat(decoded(message)).isEqualTo(Dict.of(Map.of("q", new Text("pong"), "txid", new Text("7"))));
        assertThat(decoded("d1:zi1e1:ai2ee")).isEqualTo(Dict.of(Map.of("a", new Int(2), "z", new Int(1))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "d",
                "l",
                "i",
                "e",
                "ie",
                "i-e",
                "i1",
                "i99999999999999999999e",
                "i12345678901234567890123456789e",
                "5:abc",
                "-1:a",
                "99999999999:a",
                "1",
                ":",
                "d1:a",
                "di1e1:ae",
                "d1:ai1e1:ai2ee",
                "i1ei2e",
                "1:ab",
                "+1:a",
                "llllllllllllllllllllleeeeeeeeeeeeeeeeeeeee"
            })
    @DisplayName("anything else is garbled")
    void garbled(String message) {
        assertThatThrownBy(() -> decoded(message)).isInstanceOf(EngineException.Garbled.class);
    }

    @Test
    @DisplayName("no byte changed, lost or added gives anything but a value or a garbled message")
    void fuzz() {
        Random random = new Random(12);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = value(random, 0).encoded();
            byte[] changed = Arrays.copyOf(bytes, Math.max(1, bytes.length + random.nextInt(5) - 2));
            changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            try {
                Bencode value = Bencode.decoded(changed, changed.length);
                assertThat(Bencode.decoded(value.encoded(), value.encoded().length))
                        .isEqualTo(value);
            } catch (EngineException.Garbled expected) {
                assertThat(expected).hasMessageStartingWith("an answer of cjdns is no bencode");
            }
        }
    }

    private static Bencode decoded(String message) {
        byte[] bytes = message.getBytes(StandardCharsets.ISO_8859_1);
        return Bencode.decoded(bytes, bytes.length);
    }

    private static Bencode value(Random random, int depth) {
        return switch (random.nextInt(depth < 4 ? 4 : 2)) {
            case 0 -> new Int(random.nextLong());
            case 1 -> text(random);
            case 2 -> {
                List<Bencode> values = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    values.add(value(random, depth + 1));
                }
                yield new Items(values);
            }
            default -> {
                Map<String, Bencode> entries = new TreeMap<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    entries.put(text(random).value(), value(random, depth + 1));
                }
                yield Dict.of(entries);
            }
        };
    }

    private static Text text(Random random) {
        byte[] bytes = new byte[random.nextInt(12)];
        random.nextBytes(bytes);
        return new Text(new String(bytes, StandardCharsets.ISO_8859_1));
    }
}
