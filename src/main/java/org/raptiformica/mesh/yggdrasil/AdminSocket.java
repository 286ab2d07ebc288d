package org.raptiformica.mesh.yggdrasil;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import org.raptiformica.mesh.EngineException;

/** One question and one answer over a UNIX socket, within a limit of time and of size. */
record AdminSocket(Path path, Duration limit) {

    /** Far more than the answer of an engine that knows ten thousand nodes. */
    private static final int LARGEST_ANSWER = 16 << 20;

    /**
     * Sends a question and reads what comes until the other end closes.
     *
     * @param name of the question, for messages: the question itself may hold a secret
     */
    String ask(String name, String question) {
        long end = System.nanoTime() + limit.toNanos();
        try (SocketChannel channel = open();
                Selector selector = Selector.open()) {
            channel.configureBlocking(false);
            SelectionKey key = channel.register(selector, SelectionKey.OP_WRITE);
            ByteBuffer out = ByteBuffer.wrap(question.getBytes(StandardCharsets.UTF_8));
            while (out.hasRemaining()) {
                await(selector, end, name);
                channel.write(out);
            }
            key.interestOps(SelectionKey.OP_READ);
            return read(channel, selector, end, name);
        } catch (ClosedByInterruptException stopped) {
            throw new CancellationException("interrupted while asking for " + name);
        } catch (IOException broken) {
            throw new EngineException.NoAnswer(name + ": " + path + ": " + broken.getMessage());
        }
    }

    private SocketChannel open() {
        try {
            return SocketChannel.open(UnixDomainSocketAddress.of(path));
        } catch (IOException absent) {
            throw new EngineException.NotRunning(path + ": " + absent.getMessage());
        }
    }

    private String read(SocketChannel channel, Selector selector, long end, String name) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        ByteBuffer in = ByteBuffer.allocate(1 << 16);
        while (true) {
            await(selector, end, name);
            int count = channel.read(in);
            if (count < 0) {
                return answer.toString(StandardCharsets.UTF_8);
            }
            answer.write(in.array(), 0, count);
            in.clear();
            if (answer.size() > LARGEST_ANSWER) {
                throw new EngineException.Garbled(name + ": the answer is larger than " + LARGEST_ANSWER + " bytes");
            }
        }
    }

    private void await(Selector selector, long end, String name) throws IOException {
        long left = Duration.ofNanos(end - System.nanoTime()).toMillis();
        boolean silent = left <= 0 || selector.select(left) == 0;
        if (Thread.currentThread().isInterrupted()) {
            // Nothing follows from it about the engine: who asks is told to stop.
            throw new CancellationException("interrupted while waiting for the answer to " + name);
        }
        if (silent) {
            throw new EngineException.NoAnswer(name + ": no answer within " + limit.toMillis() + " ms");
        }
        selector.selectedKeys().clear();
    }
}
