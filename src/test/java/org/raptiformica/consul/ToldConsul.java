package org.raptiformica.consul;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/** A Consul that says what a test tells it to say, and remembers what it was told to do. Closed, it answers no more. */
public final class ToldConsul implements AutoCloseable {

    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private final List<String> orders = new CopyOnWriteArrayList<>();
    private final HttpServer server;

    /** Knows no leader, no member and no server. */
    public ToldConsul() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        leader(false);
        members(List.of(), List.of());
        servers(List.of());
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    /** Whether it knows a leader. */
    public void leader(boolean known) {
        answers.put("/v1/status/leader", known ? "\"[200::ff]:8300\"" : "\"\"");
    }

    /** Whom it sees alive, by their mesh addresses. */
    public void members(List<String> servers, List<String> clients) {
        List<String> all = new ArrayList<>();
        servers.forEach(node -> all.add(member(node, "consul")));
        clients.forEach(node -> all.add(member(node, "node")));
        answers.put("/v1/agent/members", "[" + String.join(",", all) + "]");
    }

    private static String member(String node, String role) {
        return "{\"Name\":\"%1$s\",\"Addr\":\"%1$s\",\"Port\":8301,\"Status\":1,\"Tags\":{\"role\":\"%2$s\"}}"
                .formatted(node, role);
    }

    /** The voting servers of the store's configuration, by their mesh addresses; their ids are {@code id-ADDRESS}. */
    public void servers(List<String> voting) {
        answers.put(
                "/v1/operator/raft/configuration",
                voting.stream()
                        .map(node ->
                                "{\"ID\":\"id-%1$s\",\"Node\":\"%1$s\",\"Address\":\"[%1$s]:8300\",\"Leader\":false,\"Voter\":true}"
                                        .formatted(node))
                        .collect(Collectors.joining(",", "{\"Servers\":[", "],\"Index\":1}")));
    }

    /** What it was told to do, as the paths of its API. */
    public List<String> orders() {
        return List.copyOf(orders);
    }

    /** The way to it. */
    public ConsulClient client() {
        return new ConsulClient(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()));
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = URLDecoder.decode(exchange.getRequestURI().getRawPath(), StandardCharsets.UTF_8);
            if (exchange.getRequestMethod().equals("PUT")) {
                orders.add(path);
            }
            byte[] bytes = answers.getOrDefault(path, "").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
