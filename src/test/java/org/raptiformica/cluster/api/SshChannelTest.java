package org.raptiformica.cluster.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.raptiformica.failure.MachineUnreachable;
import org.raptiformica.failure.NoCluster;
import org.raptiformica.host.Command;
import org.raptiformica.host.Host;
import org.raptiformica.host.LineListener;
import org.raptiformica.host.Outcome;

/** Which way a request takes: over a real socket, as if SSH had forwarded it, or by the program. */
class SshChannelTest {

    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final String REQUEST = "{\"do\":\"status\",\"with\":{}}";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final List<String> run = new CopyOnWriteArrayList<>();
    private boolean connected = true;
    private Function<String, String> agent = line -> "answer to " + line;

    @SuppressWarnings("NullAway.Init")
    private ServerSocketChannel server;

    @BeforeEach
    void listen() throws IOException {
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(directory.resolve("socket")));
        Thread.ofVirtual().start(this::serve);
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    private void serve() {
        try {
            while (true) {
                try (SocketChannel client = server.accept()) {
                    String line = new BufferedReader(
                                    new InputStreamReader(Channels.newInputStream(client), StandardCharsets.UTF_8))
                            .readLine();
                    heard.add(line);
                    client.write(ByteBuffer.wrap(agent.apply(line).getBytes(StandardCharsets.UTF_8)));
                }
            }
        } catch (ClosedChannelException over) {
            // The test is over.
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private SshChannel channel(boolean forwards) {
        return new SshChannel(new Machine(forwards ? Optional.of(directory.resolve("socket")) : Optional.empty()));
    }

    @Test
    @DisplayName("where the socket is forwarded to an agent no program is run, and the agent is greeted once")
    void direct() {
        SshChannel channel = channel(true);

        assertThat(channel.exchange(REQUEST, LIMIT)).isEqualTo("answer to " + REQUEST);
        channel.exchange(REQUEST, LIMIT);

        assertThat(run).isEmpty();
        assertThat(heard).containsExactly("{\"do\":\"hello\",\"with\":{}}", REQUEST, REQUEST);
    }

    @Test
    @DisplayName("who is hung up on at the socket asks by the program")
    void forbidden() {
        agent = _ -> "";

        assertThat(channel(true).exchange(REQUEST, LIMIT)).isEqualTo("by the program");

        assertThat(heard).doesNotContain(REQUEST);
    }

    @Test
    @DisplayName("a machine that forwards nothing is asked by the program")
    void noForwarding() {
        assertThat(channel(false).exchange(REQUEST, LIMIT)).isEqualTo("by the program");
    }

    @Test
    @DisplayName("a request whose answer is lost is not made again the other way: it may have been done")
    void lostAnswer() {
        agent = line -> line.equals(REQUEST) ? "" : "no such request";

        assertThatThrownBy(() -> channel(true).exchange(REQUEST, LIMIT))
                .isInstanceOfSatisfying(
                        NoCluster.class,
                        failure -> assertThat(failure.what()).isEqualTo("its agent ended before it answered"));

        assertThat(run).isEmpty();
    }

    @Test
    @DisplayName("an answer that is lost with the connection is told as that, so that the journey is gone on with")
    void lostConnection() {
        agent = line -> line.equals(REQUEST) ? "" : "no such request";
        connected = false;

        assertThatThrownBy(() -> channel(true).exchange(REQUEST, LIMIT)).isInstanceOf(MachineUnreachable.class);
    }

    private final class Machine implements Host {

        private final Optional<Path> socket;

        private Machine(Optional<Path> socket) {
            this.socket = socket;
        }

        @Override
        public String name() {
            return "machine";
        }

        @Override
        public Outcome run(Command command, LineListener live) {
            run.add(String.join(" ", command.words()));
            return new Outcome(0, "by the program", "");
        }

        @Override
        public Optional<Path> forwarded(Path far) {
            return socket;
        }

        @Override
        public void requireConnection() {
            if (!connected) {
                throw new MachineUnreachable("machine", "the connection was lost", "Look.");
            }
        }
    }
}
