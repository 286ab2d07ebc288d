package org.raptiformica.consul;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** An HTTP answer (RFC 9112). One that is cut short is an {@link EOFException}, never a short body. */
record Response(Head head, String body) {

    private static final int LONGEST_LINE = 16 * 1024;
    private static final int MOST_HEADERS = 200;

    /**
     * @param headers by name in lower case
     */
    record Head(int status, Map<String, String> headers) {
        Optional<String> header(String name) {
            return Optional.ofNullable(headers.get(name));
        }

        boolean ok() {
            return status == 200;
        }
    }

    /** The other side does not speak HTTP. */
    static final class Garbled extends IOException {
        Garbled(String message) {
            super(message);
        }
    }

    static Response ofText(Head head, InputStream body) throws IOException {
        return new Response(head, new String(body.readAllBytes(), StandardCharsets.UTF_8));
    }

    static <T> T read(InputStream raw, Http.BodyReader<T> reader) throws IOException {
        InputStream in = new BufferedInputStream(raw, 16 * 1024);
        Head head = head(in);
        return reader.read(head, body(head, in));
    }

    private static Head head(InputStream in) throws IOException {
        String[] status = line(in).split(" ", 3);
        if (status.length < 2 || !status[0].startsWith("HTTP/1.") || !status[1].matches("[1-5]\\d\\d")) {
            throw new Garbled("the answer is no HTTP");
        }
        Map<String, String> headers = new TreeMap<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            if (colon <= 0 || headers.size() >= MOST_HEADERS) {
                throw new Garbled("the answer's headers are no HTTP");
            }
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        int code = Integer.parseInt(status[1]);
        return code == 100 ? head(in) : new Head(code, headers);
    }

    private static InputStream body(Head head, InputStream in) throws IOException {
        if (head.header("transfer-encoding").filter("chunked"::equalsIgnoreCase).isPresent()) {
            return new ChunkedInput(in);
        }
        Optional<String> length = head.header("content-length");
        if (length.isEmpty()) {
            return head.status() == 204 ? InputStream.nullInputStream() : in;
        }
        if (!length.get().matches("\\d{1,18}")) {
            throw new Garbled("the answer's length is no number");
        }
        return new ChunkedInput.Counted(in, Long.parseLong(length.get()));
    }

    static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("the connection broke off");
            }
            if (line.size() >= LONGEST_LINE) {
                throw new Garbled("the answer is no HTTP");
            }
            line.write(b);
        }
        return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
    }
}
