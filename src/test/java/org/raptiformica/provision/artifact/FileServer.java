package org.raptiformica.provision.artifact;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A web server on the loopback that knows ranges and can break off. */
final class FileServer {

    private final Map<String, byte[]> files = new ConcurrentHashMap<>();
    private final List<String> ranges = new CopyOnWriteArrayList<>();
    private @Nullable HttpServer server;
    private int cutAfter;
    private int cuts;
    private boolean knowsRanges = true;

    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    void stop() {
        Objects.requireNonNull(server).stop(0);
    }

    void put(String path, byte[] file) {
        files.put(path, file);
    }

    /** Breaks off the next {@code times} answers after so many bytes. */
    void cutAfter(int bytes, int times) {
        cutAfter = bytes;
        cuts = times;
    }

    void withoutRanges() {
        knowsRanges = false;
    }

    /** The Range header of each request, empty where there was none. */
    List<String> requests() {
        return ranges;
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:%d%s"
                .formatted(Objects.requireNonNull(server).getAddress().getPort(), path));
    }

    private void answer(HttpExchange exchange) throws IOException {
        byte @Nullable [] file = files.get(exchange.getRequestURI().getPath());
        String range = Objects.requireNonNullElse(exchange.getRequestHeaders().getFirst("Range"), "");
        ranges.add(range);
        try (exchange) {
            if (file == null) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            boolean partial = knowsRanges && !range.isEmpty();
            int from = partial ? Integer.parseInt(range.replaceAll("[^0-9]", "")) : 0;
            exchange.sendResponseHeaders(partial ? 206 : 200, file.length - from);
            int until = cuts-- > 0 ? Math.min(file.length, from + cutAfter) : file.length;
            exchange.getResponseBody().write(Arrays.copyOfRange(file, from, until));
        }
    }
}
