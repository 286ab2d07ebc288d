package org.raptiformica.consul;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * HTTP/1.1 on a connection of its own for each request.
 *
 * <p>Not {@code java.net.http}, which costs 200 ms when it is first used, and not {@code HttpURLConnection}, which
 * repeats requests on its own (a repeated compare-and-set answers "no" although it was done) and cannot be interrupted
 * on a platform thread. A {@link SocketChannel} can, on any thread.
 */
final class Http {

    private static final Duration LONGEST_CONNECT = Duration.ofSeconds(5);

    private final InetSocketAddress address;
    private final String host;
    private final Duration limit;

    Http(URI uri, Duration limit) {
        if (!"http".equals(uri.getScheme()) || uri.getHost() == null || uri.getPort() < 0) {
            throw new IllegalArgumentException(uri + " is no http://HOST:PORT");
        }
        this.address = new InetSocketAddress(uri.getHost().replaceAll("[\\[\\]]", ""), uri.getPort());
        this.host = uri.getAuthority();
        this.limit = limit;
    }

    /** Reads the body of an answer while the connection is open. */
    interface BodyReader<T> {
        T read(Response.Head head, InputStream body) throws IOException;
    }

    <T> T exchange(Request request, BodyReader<T> reader) {
        Deadline deadline = Deadline.in(request.ownLimit().orElse(limit).plus(request.extraTime()));
        try (SocketChannel channel = connect(request, deadline)) {
            return exchangeOn(channel, request, deadline, reader);
        } catch (IOException closing) {
            throw failure(request, closing);
        }
    }

    private SocketChannel connect(Request request, Deadline deadline) {
        try {
            SocketChannel channel = SocketChannel.open();
            try {
                channel.socket().connect(address, Math.min(deadline.millisLeft(), (int) LONGEST_CONNECT.toMillis()));
                return channel;
            } catch (IOException | RuntimeException failed) {
                channel.close();
                throw failed;
            }
        } catch (ClosedByInterruptException interrupt) {
            throw new ConsulException.Interrupted(request + ": interrupted", interrupt);
        } catch (IOException failed) {
            throw new ConsulException.Unreachable(address + " does not answer: " + failed.getMessage(), failed);
        }
    }

    private <T> T exchangeOn(SocketChannel channel, Request request, Deadline deadline, BodyReader<T> reader) {
        try (Watchdog _ = Watchdog.of(request.body(), channel, deadline)) {
            send(request, channel.socket().getOutputStream());
            return Response.read(new DeadlineInput(channel.socket(), deadline), reader);
        } catch (Response.Garbled garbled) {
            throw new ConsulException.Malformed(request + ": " + garbled.getMessage(), garbled);
        } catch (IOException failed) {
            throw failure(request, failed);
        }
    }

    private static ConsulException failure(Request request, IOException cause) {
        String message = request + ": no whole answer: " + cause.getMessage();
        if (cause instanceof ClosedByInterruptException) {
            return new ConsulException.Interrupted(request + ": interrupted", cause);
        }
        return request.reads()
                ? new ConsulException.Unreachable(message, cause)
                : new ConsulException.OutcomeUnknown(message, cause);
    }

    private void send(Request request, OutputStream out) throws IOException {
        String head = request.method() + " " + request.target() + " HTTP/1.1\r\nHost: " + host
                + "\r\nConnection: close\r\nAccept-Encoding: identity\r\n";
        switch (request.body()) {
            case Request.Body.None() -> out.write(ascii(head + "\r\n"));
            case Request.Body.Text(String text, boolean _) ->
                sendText(head, text.getBytes(StandardCharsets.UTF_8), out);
            case Request.Body.Stream(InputStream bytes) -> sendChunks(head, bytes, out);
        }
        out.flush();
    }

    private static void sendText(String head, byte[] body, OutputStream out) throws IOException {
        out.write(ascii(head + "Content-Length: " + body.length + "\r\n\r\n"));
        out.write(body);
    }

    private static void sendChunks(String head, InputStream bytes, OutputStream out) throws IOException {
        out.write(ascii(head + "Transfer-Encoding: chunked\r\n\r\n"));
        byte[] buffer = new byte[64 * 1024];
        for (int n = bytes.read(buffer); n >= 0; n = bytes.read(buffer)) {
            if (n > 0) {
                out.write(ascii(Integer.toHexString(n) + "\r\n"));
                out.write(buffer, 0, n);
                out.write(ascii("\r\n"));
            }
        }
        out.write(ascii("0\r\n\r\n"));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
