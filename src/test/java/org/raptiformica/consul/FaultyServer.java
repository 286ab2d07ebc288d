package org.raptiformica.consul;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** Answers as a Consul that breaks would, which a real one cannot be made to: cut short, silent, garbled. */
final class FaultyServer implements AutoCloseable {

    private final ServerSocket listening;
    private final AtomicInteger requests = new AtomicInteger();
    private final Answerer answerer;

    interface Answerer {
        void answer(OutputStream out) throws IOException, InterruptedException;
    }

    FaultyServer(String answer) {
        this(out -> out.write(answer.getBytes(StandardCharsets.UTF_8)));
    }

    FaultyServer(Answerer answerer) {
        this.answerer = answerer;
        try {
            this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        Thread.ofVirtual().start(this::serve);
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + listening.getLocalPort());
    }

    int requests() {
        return requests.get();
    }

    private void serve() {
        while (!listening.isClosed()) {
            try {
                Socket connection = listening.accept();
                requests.incrementAndGet();
                Thread.ofVirtual().start(() -> answer(connection));
            } catch (SocketException closed) {
                return;
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }

    private void answer(Socket connection) {
        try (connection) {
            readHead(connection.getInputStream());
            answerer.answer(connection.getOutputStream());
        } catch (IOException gone) {
            // The client gave up, as it should.
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    private static void readHead(InputStream in) throws IOException {
        int last = 0;
        for (int b = in.read(); b >= 0; b = in.read()) {
            last = last << 8 | b;
            if (last == 0x0d0a0d0a) {
                return;
            }
        }
    }

    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
