package org.raptiformica.mesh.yggdrasil;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.raptiformica.mesh.EngineException;
import org.raptiformica.mesh.MeshIdentity;
import org.raptiformica.mesh.MeshStatus;
import org.raptiformica.mesh.Peer;

/**
 * Asks a running Yggdrasil, over its admin socket: one JSON object each way, and the engine closes the connection.
 * Thread-safe. Every call is over within its limit.
 */
public final class YggdrasilAdmin {

    private static final Duration LIMIT = Duration.ofSeconds(3);
    private static final Gson JSON = new GsonBuilder()
            .setStrictness(Strictness.STRICT)
            .disableHtmlEscaping()
            .create();

    private final AdminSocket socket;

    /** Asks the engine that listens on this socket; each call may take 3 s. */
    public YggdrasilAdmin(Path socket) {
        this(socket, LIMIT);
    }

    YggdrasilAdmin(Path socket, Duration limit) {
        this.socket = new AdminSocket(socket, limit);
    }

    /**
     * The engine itself.
     *
     * @param version of the program
     * @param identity it runs with
     * @param routingEntries nodes it knows a way to
     */
    public record Self(String version, MeshIdentity identity, long routingEntries) {}

    /** A node that this one exchanges traffic with, and for how long. */
    public record Session(String publicKey, Inet6Address address, Duration age) {}

    /** A node of the spanning tree, and its parent in it; the root is its own. */
    public record TreeEntry(String publicKey, String parent) {}

    /** A node that this one has a path to: the ports of the links on the way. */
    public record KnownPath(String publicKey, List<Long> ports) {}

    /** Asks the engine who it is. */
    public Self getSelf() {
        SelfAnswer answer = ask("getself", Map.of(), SelfAnswer.class);
        return new Self(
                present(answer.build_version),
                new MeshIdentity(present(answer.key), address(answer.address)),
                answer.routing_entries);
    }

    /** Asks for all links, up and down. */
    public List<Peer> getPeers() {
        return list(ask("getpeers", Map.of(), PeersAnswer.class).peers).stream()
                .map(YggdrasilAdmin::peer)
                .toList();
    }

    /** Asks for the sessions. An engine that hangs does not answer this one. */
    public List<Session> getSessions() {
        return list(ask("getsessions", Map.of(), SessionsAnswer.class).sessions).stream()
                .map(it -> new Session(present(it.key), address(it.address), seconds(it.uptime)))
                .toList();
    }

    /** Asks for the part of the spanning tree that this node knows. */
    public List<TreeEntry> getTree() {
        return list(ask("gettree", Map.of(), TreeAnswer.class).tree).stream()
                .map(it -> new TreeEntry(present(it.key), present(it.parent)))
                .toList();
    }

    /** Asks for the paths that are in use. */
    public List<KnownPath> getPaths() {
        return list(ask("getpaths", Map.of(), PathsAnswer.class).paths).stream()
                .map(it -> new KnownPath(present(it.key), it.path == null ? List.of() : List.copyOf(it.path)))
                .toList();
    }

    /**
     * Adds a peer. The engine refuses one that it has ("peer is already configured"), and tries that again at once.
     *
     * @param uri with key and password
     */
    public void addPeer(String uri) {
        ask("addpeer", Map.of("uri", uri), JsonObject.class);
    }

    /**
     * Removes a peer that this node dialled. Never ask this for an inbound one: Yggdrasil up to 0.5.14 crashes.
     *
     * @param uri as in {@link Peer#remote}
     */
    public void removePeer(String uri) {
        ask("removepeer", Map.of("uri", uri), JsonObject.class);
    }

    /** How the engine does. One that tells its name but not its sessions is hung, and stays so. */
    public MeshStatus health() {
        try {
            Self self = getSelf();
            getSessions();
            long links = getPeers().stream().filter(Peer::up).count();
            return new MeshStatus.Running(self.version(), self.identity(), Math.toIntExact(links));
        } catch (EngineException.NotRunning stopped) {
            return new MeshStatus.Stopped(String.valueOf(stopped.getMessage()));
        } catch (EngineException hung) {
            return new MeshStatus.Hung(String.valueOf(hung.getMessage()));
        }
    }

    private <T> T ask(String request, Map<String, String> arguments, Class<T> type) {
        String question = JSON.toJson(Map.of("request", request, "arguments", arguments));
        String text = socket.ask(request, question);
        Answer answer = parsed(request, () -> JSON.fromJson(text, Answer.class));
        if (!"success".equals(answer.status)) {
            String why = Optional.ofNullable(answer.error).orElse("no reason given");
            throw new EngineException.Refused(request + ": " + why);
        }
        return parsed(request, () -> JSON.fromJson(answer.response, type));
    }

    private static <T> T parsed(String request, Supplier<@Nullable T> parser) {
        try {
            T value = parser.get();
            if (value != null) {
                return value;
            }
        } catch (JsonParseException | NumberFormatException broken) {
            // The parser's own message quotes the answer, line breaks and all.
            throw new EngineException.Garbled(request + ": the answer is not as expected");
        }
        throw new EngineException.Garbled(request + ": the answer is empty");
    }

    private static Peer peer(PeerAnswer it) {
        Optional<String> key = Optional.ofNullable(it.key).filter(text -> !text.isEmpty());
        Optional<Inet6Address> address =
                Optional.ofNullable(it.address).filter(text -> !text.isEmpty()).map(YggdrasilAdmin::address);
        // The engine calls a connection up before the other end has shown that it has the password.
        boolean up = it.up && key.isPresent();
        return new Peer(
                key,
                address,
                Optional.ofNullable(it.remote).orElse(""),
                up,
                it.inbound,
                it.latency > 0 ? Optional.of(Duration.ofNanos(it.latency)) : Optional.empty(),
                up ? seconds(it.uptime) : Duration.ZERO,
                Optional.ofNullable(it.last_error));
    }

    private static Duration seconds(double seconds) {
        return Duration.ofMillis((long) (seconds * 1000));
    }

    private static Inet6Address address(@Nullable String literal) {
        try {
            if (InetAddress.ofLiteral(present(literal)) instanceof Inet6Address address) {
                return address;
            }
        } catch (IllegalArgumentException no) {
            throw new EngineException.Garbled("no IPv6 address: " + literal);
        }
        throw new EngineException.Garbled("no IPv6 address: " + literal);
    }

    private static String present(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            throw new EngineException.Garbled("a field is missing in the engine's answer");
        }
        return text;
    }

    private static <T> List<T> list(@Nullable List<T> items) {
        return items == null ? List.of() : List.copyOf(items);
    }

    // The engine's answers, field by field, as it names them.

    private record Answer(
            @Nullable String status,
            @Nullable String error,
            @Nullable JsonElement response) {}

    private record SelfAnswer(
            @Nullable String build_version,
            @Nullable String key,
            @Nullable String address,
            long routing_entries) {}

    private record PeersAnswer(@Nullable List<PeerAnswer> peers) {}

    private record PeerAnswer(
            @Nullable String remote,
            boolean up,
            boolean inbound,
            @Nullable String key,
            @Nullable String address,
            long latency,
            double uptime,
            @Nullable String last_error) {}

    private record SessionsAnswer(@Nullable List<SessionAnswer> sessions) {}

    private record SessionAnswer(
            @Nullable String key, @Nullable String address, double uptime) {}

    private record TreeAnswer(@Nullable List<TreeAnswerEntry> tree) {}

    private record TreeAnswerEntry(
            @Nullable String key, @Nullable String parent) {}

    private record PathsAnswer(@Nullable List<PathAnswer> paths) {}

    private record PathAnswer(
            @Nullable String key, @Nullable List<Long> path) {}
}
