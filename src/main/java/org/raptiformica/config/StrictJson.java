package org.raptiformica.config;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * JSON by the letter of RFC 8259, in UTF-8 with or without a byte order mark: no comments, no trailing commas, nested at
 * most 255 deep, nothing after the value.
 */
final class StrictJson {

    private static final Pattern POSITION = Pattern.compile(" at line (\\d+) column (\\d+) path (.*)", Pattern.DOTALL);
    private static final Pattern TRAILING_COMMA = Pattern.compile("(?s).*,\\s*[}\\]]$");
    private static final int LONGEST_PATH = 120;

    private StrictJson() {}

    /** What is done with the text; it has to consume exactly one value. */
    @FunctionalInterface
    interface Body<T> {
        T read(JsonReader reader) throws IOException;
    }

    /** The text is no such JSON. */
    static final class Fault extends Exception {

        private final boolean cutShort;

        Fault(String what, boolean cutShort) {
            super(what);
            this.cutShort = cutShort;
        }

        /** What was found and where, such as {@code a comment at line 2, column 3 ($.server)}; it never tells values. */
        String found() {
            return String.valueOf(getMessage());
        }

        /** Whether the text ended too early. */
        boolean cutShort() {
            return cutShort;
        }
    }

    static <T> T read(byte[] bytes, Body<T> body) throws Fault {
        String text = decode(bytes);
        try (JsonReader reader = new JsonReader(new StringReader(text))) {
            reader.setStrictness(Strictness.STRICT);
            T result = body.read(reader);
            if (reader.peek() != JsonToken.END_DOCUMENT) {
                throw new Fault("more after the end of the JSON value", false);
            }
            return result;
        } catch (IOException fault) {
            throw fault(text, fault);
        }
    }

    /** Whether a value is a string, or a number or boolean that can be read as one. */
    static boolean isText(JsonToken first) {
        return first == JsonToken.STRING || first == JsonToken.NUMBER || first == JsonToken.BOOLEAN;
    }

    /** Reads such a value: numbers as they are written, booleans as {@code true} and {@code false}. */
    static String text(JsonReader reader) throws IOException {
        return reader.peek() == JsonToken.BOOLEAN ? Boolean.toString(reader.nextBoolean()) : reader.nextString();
    }

    private static String decode(byte[] bytes) throws Fault {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith("\ufeff") ? text.substring(1) : text;
        } catch (CharacterCodingException notUtf8) {
            throw new Fault("bytes that are no UTF-8", false);
        }
    }

    private static Fault fault(String text, IOException fault) {
        String message = String.valueOf(fault.getMessage());
        Matcher position = POSITION.matcher(message.lines().findFirst().orElse(""));
        if (!position.find()) {
            return new Fault(message, false);
        }
        int line = Integer.parseInt(position.group(1));
        int column = Integer.parseInt(position.group(2));
        boolean cutShort = fault instanceof EOFException || message.startsWith("Unterminated string");
        String found =
                cutShort ? "the end of the text in the middle" : found(text, offset(text, line, column), message);
        return new Fault(
                "%s at line %d, column %d (%s)".formatted(found, line, column, shortened(position.group(3))), cutShort);
    }

    /** Names the usual slips; otherwise repeats the reader's words, where they are words for people. */
    private static String found(String text, int offset, String message) {
        String around = text.substring(Math.max(0, offset - 2), Math.min(text.length(), offset + 2));
        if (around.contains("//") || around.contains("/*") || around.contains("#")) {
            return "a comment";
        }
        if (endsInTrailingComma(text, offset) || endsInTrailingComma(text, offset + 1)) {
            return "a trailing comma";
        }
        if (message.startsWith("Use JsonReader")) {
            return "something that is no JSON";
        }
        String words = message.substring(0, message.indexOf(" at line "));
        return "something that is no JSON (" + words.substring(0, 1).toLowerCase(Locale.ROOT) + words.substring(1)
                + ")";
    }

    private static boolean endsInTrailingComma(String text, int end) {
        int from = Math.clamp(end - 200L, 0, text.length());
        return TRAILING_COMMA
                .matcher(text.substring(from, Math.clamp(end, from, text.length())))
                .matches();
    }

    private static int offset(String text, int line, int column) {
        int start = 0;
        for (int at = 1; at < line; at++) {
            start = text.indexOf('\n', start) + 1;
        }
        return Math.min(text.length(), start + column - 1);
    }

    private static String shortened(String path) {
        String trimmed = path.endsWith(".") ? path.substring(0, path.length() - 1) : path;
        return trimmed.length() <= LONGEST_PATH ? trimmed : trimmed.substring(0, LONGEST_PATH) + "…";
    }
}
