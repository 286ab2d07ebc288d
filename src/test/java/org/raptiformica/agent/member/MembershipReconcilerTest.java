package org.raptiformica.agent.member;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.raptiformica.agent.node.NodeRecord;
import org.raptiformica.agent.reconcile.Step;
import org.raptiformica.agent.replica.Replica;
import org.raptiformica.agent.replica.WholeReplica;
import org.raptiformica.config.Mapping;
import org.raptiformica.config.Neighbour;
import org.raptiformica.consensus.ConsulRole;
import org.raptiformica.consul.ConsulClient;
import org.raptiformica.host.Waiting;

/** Four nodes in the shared config; a Consul that knows some of them alive and remembers whom it was told to join. */
class MembershipReconcilerTest {

    @TempDir
    Path directory;

    private final Set<String> joined = new ConcurrentSkipListSet<>();
    private volatile List<String> alive = List.of(address(0));
    private volatile boolean leader = true;
    private final HttpServer consul = server();

    private static HttpServer server() {
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeEach
    void begin() {
        consul.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        consul.createContext("/", this::answer);
        consul.start();
    }

    @AfterEach
    void end() {
        consul.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = URLDecoder.decode(exchange.getRequestURI().getRawPath(), StandardCharsets.UTF_8);
        String answer = "";
        if (path.startsWith("/v1/agent/join/")) {
            joined.add(path.substring("/v1/agent/join/".length()));
        } else if (path.equals("/v1/agent/members")) {
            answer = alive.stream()
                    .map(node -> "{\"Name\":\"%s\",\"Addr\":\"%s\",\"Port\":8301,\"Status\":1,\"Tags\":{}}"
                            .formatted(node, node))
                    .collect(Collectors.joining(",", "[", "]"));
        } else {
            answer = leader ? "\"127.0.0.1:8300\"" : "\"\"";
        }
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static String address(int number) {
        return "200:0:0:0:0:0:0:%x".formatted(number);
    }

    private MembershipReconciler reconciler() {
        Mapping mapping = Mapping.empty();
        for (int number = 0; number < 4; number++) {
            mapping = new Neighbour(
                            "k" + number,
                            Optional.of("192.0.2." + number),
                            22,
                            "yggdrasil",
                            4863,
                            address(number),
                            "n" + number,
                            "",
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty())
                    .writtenTo(mapping);
        }
        Replica replica = WholeReplica.in(directory.resolve("cache"), mapping);
        URI http = URI.create("http://127.0.0.1:" + consul.getAddress().getPort());
        return new MembershipReconciler(new ConsulClient(http), replica);
    }

    private static NodeRecord self(ConsulRole role) {
        return new NodeRecord("k0", role);
    }

    private void joins(MembershipReconciler membership, int... numbers) {
        for (int number : numbers) {
            Waiting.until("a join of " + number, Duration.ofSeconds(5), () -> {
                membership.reconcile(self(ConsulRole.SERVER));
                return joined.stream().anyMatch(it -> it.contains(address(number) + "]"))
                        ? Optional.of(true)
                        : Optional.empty();
            });
        }
    }

    @Test
    @DisplayName("who knows nobody alive joins the others, waits as a client, and says when it is in")
    void alone() {
        MembershipReconciler membership = reconciler();

        assertThat(membership.reconcile(self(ConsulRole.CLIENT))).isInstanceOf(Step.Waiting.class);
        joins(membership, 1, 2, 3);
        alive = List.of(address(0), address(1), address(2), address(3));
        assertThat(membership.reconcile(self(ConsulRole.CLIENT))).isInstanceOf(Step.Changed.class);
        assertThat(membership.reconcile(self(ConsulRole.CLIENT))).isEqualTo(Step.settled());
    }

    @Test
    @DisplayName("who is in goes on joining those that are not alive, and no others")
    void missing() {
        alive = List.of(address(0), address(1));
        MembershipReconciler membership = reconciler();

        assertThat(membership.reconcile(self(ConsulRole.CLIENT))).isEqualTo(Step.settled());
        joins(membership, 2, 3);

        assertThat(joined).noneMatch(it -> it.contains(address(1) + "]"));
    }

    @Test
    @DisplayName("a server that is alone is not kept from its store")
    void serverAlone() {
        assertThat(reconciler().reconcile(self(ConsulRole.SERVER))).isEqualTo(Step.settled());
        leader = false;
        assertThat(reconciler().reconcile(self(ConsulRole.SERVER))).isEqualTo(Step.waiting("a leader of the store"));
    }
}
