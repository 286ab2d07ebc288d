package org.raptiformica.mesh.cjdns;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.raptiformica.mesh.EngineException;

/**
 * The encoding of cjdns's admin messages: integers, strings of bytes, lists and dictionaries. Strings are kept one
 * character a byte (ISO 8859-1), since they may be anything. cjdns pads the lengths of strings with zeros and does not
 * sort its dictionaries; both are read, and neither is written.
 */
sealed interface Bencode {

    /** How deep lists and dictionaries may be in each other. */
    int DEEPEST = 16;

    record Int(long value) implements Bencode {}

    record Text(String value) implements Bencode {}

    record Items(List<Bencode> values) implements Bencode {
        public Items {
            values = List.copyOf(values);
        }
    }

    record Dict(SortedMap<String, Bencode> entries) implements Bencode {

        static Dict of(Map<String, Bencode> entries) {
            return new Dict(new TreeMap<>(entries));
        }

        Optional<String> text(String key) {
            return entries.get(key) instanceof Text(String value) ? Optional.of(value) : Optional.empty();
        }

        Optional<Long> number(String key) {
            return entries.get(key) instanceof Int(long value) ? Optional.of(value) : Optional.empty();
        }

        Optional<Dict> dict(String key) {
            return entries.get(key) instanceof Dict dict ? Optional.of(dict) : Optional.empty();
        }

        List<Bencode> items(String key) {
            return entries.get(key) instanceof Items(List<Bencode> values) ? values : List.of();
        }

        Dict with(String key, Bencode value) {
            SortedMap<String, Bencode> more = new TreeMap<>(entries);
            more.put(key, value);
            return new Dict(more);
        }
    }

    /** The bytes of this value; equal values have equal bytes. */
    default byte[] encoded() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        write(this, out);
        return out.toByteArray();
    }

    private static void write(Bencode value, ByteArrayOutputStream out) {
        switch (value) {
            case Int(long number) -> out.writeBytes(bytes("i" + number + "e"));
            case Text(String text) -> out.writeBytes(bytes(text.length() + ":" + text));
            case Items(List<Bencode> values) -> {
                out.write('l');
                values.forEach(item -> write(item, out));
                out.write('e');
            }
            case Dict(SortedMap<String, Bencode> entries) -> {
                out.write('d');
                entries.forEach((key, item) -> {
                    write(new Text(key), out);
                    write(item, out);
                });
                out.write('e');
            }
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /**
     * Reads one value that fills the message.
     *
     * @throws EngineException.Garbled when the message is anything else
     */
    static Bencode decoded(byte[] message, int length) {
        Reader reader = new Reader(message, length);
        Bencode value = reader.value(0);
        if (reader.at != length) {
            throw reader.garbled();
        }
        return value;
    }

    /** Where the reading of a message is. */
    final class Reader {

        private final byte[] message;
        private final int length;
        private int at;

        private Reader(byte[] message, int length) {
            this.message = message;
            this.length = length;
        }

        private Bencode value(int depth) {
            if (depth > DEEPEST) {
                throw garbled();
            }
            return switch (peek()) {
                case 'i' -> {
                    at++;
                    yield new Int(number('e'));
                }
                case 'l' -> items(depth);
                case 'd' -> dict(depth);
                default -> text();
            };
        }

        private Items items(int depth) {
            at++;
            List<Bencode> values = new ArrayList<>();
            while (peek() != 'e') {
                values.add(value(depth + 1));
            }
            at++;
            return new Items(values);
        }

        private Dict dict(int depth) {
            at++;
            SortedMap<String, Bencode> entries = new TreeMap<>();
            while (peek() != 'e') {
                if (entries.put(text().value(), value(depth + 1)) != null) {
                    throw garbled();
                }
            }
            at++;
            return new Dict(entries);
        }

        private Text text() {
            long size = number(':');
            if (size < 0 || size > length - at) {
                throw garbled();
            }
            String text = new String(message, at, (int) size, StandardCharsets.ISO_8859_1);
            at += (int) size;
            return new Text(text);
        }

        private long number(char end) {
            int from = at;
            while (peek() != end) {
                at++;
                if (at - from > 20) {
                    throw garbled();
                }
            }
            String digits = new String(message, from, at - from, StandardCharsets.ISO_8859_1);
            at++;
            if (!digits.matches("-?[0-9]+")) {
                throw garbled();
            }
            try {
                return Long.parseLong(digits);
            } catch (NumberFormatException large) {
                throw garbled();
            }
        }

        private byte peek() {
            if (at >= length) {
                throw garbled();
            }
            return message[at];
        }

        private EngineException.Garbled garbled() {
            return new EngineException.Garbled("an answer of cjdns is no bencode at byte " + at);
        }
    }
}
