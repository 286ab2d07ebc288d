package org.raptiformica.consul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpFaultsTest {

    private static final Duration SHORT = Duration.ofMillis(300);

    @Test
    void understandsAnAnswerInChunks() {
        try (var server = new FaultyServer(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n[\"127\r\nA;x=y\r\n.0.0.1:83\"\r\n1\r\n]\r\n0\r\n\r\n")) {
            assertThat(client(server).raft().peers()).containsExactly("127.0.0.1:83");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200 OK\r\nContent-Le",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n[]",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n[]",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n",
            })
    void takesAReadThatIsCutShortForUnreachable(String answer) {
        try (var server = new FaultyServer(answer)) {
            assertThatThrownBy(() -> client(server).raft().peers())
                    .isInstanceOf(ConsulException.Unreachable.class)
                    .hasMessageContaining("GET /v1/status/peers");
        }
    }

    @Test
    void doesNotKnowWhatBecameOfAWriteWhoseAnswerIsCutShortAndDoesNotRepeatIt() {
        try (var server = new FaultyServer("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ntr")) {
            assertThatThrownBy(() -> client(server).kv().putIf("a", "secret", 1))
                    .isInstanceOf(ConsulException.OutcomeUnknown.class)
                    .hasMessageNotContaining("secret");
            assertThat(server.requests()).isEqualTo(1);
        }
    }

    @Test
    void knowsThatNothingWasWrittenWhereNobodyListens() throws IOException {
        // Bound and not listening: it refuses, and no test that runs beside this one can be given the port.
        try (var silent = new Socket()) {
            silent.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            URI nobody = URI.create("http://127.0.0.1:" + silent.getLocalPort());
            assertThatThrownBy(() -> new ConsulClient(nobody).kv().put("a", "b"))
                    .isInstanceOf(ConsulException.Unreachable.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-OpenSSH_9.2\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>",
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
                "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n[,]",
                "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
            })
    void namesWhatIsNoConsul(String answer) {
        try (var server = new FaultyServer(answer)) {
            assertThatThrownBy(() -> client(server).raft().peers()).isInstanceOf(ConsulException.Malformed.class);
        }
    }

    @Test
    void givesUpOnASilentServerInTime() {
        try (var server = new FaultyServer(_ -> Thread.sleep(60_000))) {
            long start = System.nanoTime();
            assertThatThrownBy(
                            () -> new ConsulClient(server.uri(), SHORT).raft().peers())
                    .isInstanceOf(ConsulException.Unreachable.class)
                    .hasMessageContaining("not within 300 ms");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
        }
    }

    @Test
    void givesUpOnAnAnswerThatDripsForEver() {
        try (var server = new FaultyServer(out -> {
            out.write("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"
                    .getBytes(java.nio.charset.StandardCharsets.UTF_8));
            while (true) {
                out.write(' ');
                Thread.sleep(20);
            }
        })) {
            assertThatThrownBy(
                            () -> new ConsulClient(server.uri(), SHORT).raft().peers())
                    .isInstanceOf(ConsulException.Unreachable.class);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void endsAtOnceWhenInterruptedOnAnyKindOfThread(boolean virtual) throws Exception {
        try (var server = new FaultyServer(_ -> Thread.sleep(60_000))) {
            CompletableFuture<Boolean> flag = new CompletableFuture<>();
            Runnable asking = () -> {
                try {
                    client(server).raft().peers();
                } catch (ConsulException.Interrupted interrupted) {
                    flag.complete(Thread.currentThread().isInterrupted());
                } catch (RuntimeException other) {
                    flag.completeExceptionally(other);
                }
            };
            Thread thread = virtual
                    ? Thread.ofVirtual().start(asking)
                    : Thread.ofPlatform().start(asking);
            while (server.requests() == 0) {
                Thread.onSpinWait();
            }
            thread.interrupt();
            assertThat(flag.get(2, TimeUnit.SECONDS))
                    .as("the interrupt flag is kept")
                    .isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"No cluster leader", "rpc error making call: No cluster leader", "No known Consul servers"})
    void tellsWhenThereIsNoLeader(String body) {
        try (var server = new FaultyServer(serverError(body))) {
            assertThatThrownBy(() -> client(server).kv().put("a", "b")).isInstanceOf(ConsulException.NoLeader.class);
        }
    }

    @Test
    void doesNotKnowWhatBecameOfAWriteWhoseLeaderWentAway() {
        try (var server = new FaultyServer(serverError("leadership lost while committing log"))) {
            assertThatThrownBy(() -> client(server).kv().put("a", "b"))
                    .isInstanceOf(ConsulException.OutcomeUnknown.class);
        }
    }

    @Test
    void handsOnWhatConsulSaysNoWith() {
        try (var server = new FaultyServer(serverError("Permission denied"))) {
            assertThatThrownBy(() -> client(server).raft().peers())
                    .isInstanceOfSatisfying(ConsulException.Refused.class, refused -> {
                        assertThat(refused.status()).isEqualTo(500);
                        assertThat(refused.body()).isEqualTo("Permission denied");
                    });
        }
    }

    private static String serverError(String body) {
        return "HTTP/1.1 500 Internal Server Error\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private static ConsulClient client(FaultyServer server) {
        return new ConsulClient(server.uri());
    }
}
