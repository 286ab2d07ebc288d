package org.raptiformica.agent;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.UnaryOperator;
import org.raptiformica.agent.node.Log;

/** Listens on the agent's UNIX socket: one line in, one line out, a virtual thread each. Only root may connect. */
final class ApiServer implements AutoCloseable {

    private final Path socket;
    private final ServerSocketChannel server;
    private final UnaryOperator<String> answers;
    private final Log log;

    private ApiServer(Path socket, ServerSocketChannel server, UnaryOperator<String> answers, Log log) {
        this.socket = socket;
        this.server = server;
        this.answers = answers;
        this.log = log;
    }

    /** Listens at the path, which an earlier agent may have left behind. */
    static ApiServer listen(Path socket, UnaryOperator<String> answers, Log log) {
        try {
            Files.createDirectories(
                    socket.getParent(),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Files.deleteIfExists(socket);
            ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            server.bind(UnixDomainSocketAddress.of(socket));
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
            ApiServer api = new ApiServer(socket, server, answers, log);
            Thread.ofPlatform().daemon().name("api").start(api::serve);
            return api;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void serve() {
        while (true) {
            try {
                SocketChannel client = server.accept();
                Thread.ofVirtual().start(() -> converse(client));
            } catch (AsynchronousCloseException closed) {
                return;
            } catch (IOException e) {
                // An agent that cannot be asked looks well and is not: the supervision starts another.
                log.defect("the agent's socket", e);
                Runtime.getRuntime().halt(1);
            }
        }
    }

    private void converse(SocketChannel client) {
        try (client) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(Channels.newInputStream(client), StandardCharsets.UTF_8));
            String line = in.readLine();
            if (line == null) {
                return;
            }
            ByteBuffer answer = ByteBuffer.wrap((answers.apply(line) + "\n").getBytes(StandardCharsets.UTF_8));
            while (answer.hasRemaining()) {
                client.write(answer);
            }
        } catch (IOException goneAway) {
            log.info("a client went away before it had its answer: " + goneAway.getMessage());
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        Files.deleteIfExists(socket);
    }
}
