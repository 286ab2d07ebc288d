package org.raptiformica.mesh.cjdns;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.raptiformica.mesh.EngineException;
import org.raptiformica.mesh.Peer;
import org.raptiformica.mesh.cjdns.Bencode.Dict;
import org.raptiformica.mesh.cjdns.Bencode.Int;
import org.raptiformica.mesh.cjdns.Bencode.Text;

/**
 * Asks a running cjdroute, as 21.1 understands it, over its admin socket: bencoded messages over UDP, each authenticated with a cookie
 * and SHA-256 (cjdns, admin/README). Thread-safe: a call has a socket of its own. What is sent is checked first, because a
 * text that is not what the engine expects can end it.
 */
public final class CjdnsAdmin {

    private static final Duration LIMIT = Duration.ofSeconds(3);
    private static final int LARGEST_MESSAGE = 65_535;

    /** The most pages that are read of one list: far more than an engine has links (256) or nodes (thousands). */
    private static final int MOST_PAGES = 4096;

    private static final int NEWEST_VERSION = 99_999;

    private static final Pattern NODE = Pattern.compile(
            "v(?<version>[0-9]{1,5})\\.(?<path>([0-9a-f]{4}\\.){3}[0-9a-f]{4})\\.(?<key>[0-9a-z]{52}\\.k)");

    private static final Pattern INET6 = Pattern.compile("\\[(?<address>[0-9a-f:.]+)]:(?<port>[0-9]{1,5})");

    private final InetSocketAddress address;
    private final String password;
    private final Duration limit;

    /**
     * @param address where the engine listens; loopback
     * @param password of the admin socket
     */
    public CjdnsAdmin(InetSocketAddress address, String password) {
        this(address, password, LIMIT);
    }

    CjdnsAdmin(InetSocketAddress address, String password, Duration limit) {
        this.address = address;
        this.password = password;
        this.limit = limit;
    }

    /**
     * A node that the engine knows a way to.
     *
     * @param publicKey as cjdns writes it
     * @param address its mesh address
     * @param path the way there, four groups of four hex digits
     * @param version of the protocol it speaks
     */
    public record KnownNode(String publicKey, Inet6Address address, String path, int version) {}

    /** Throws unless the engine answers and takes the password. */
    public void ping() {
        ask("ping", Map.of());
    }

    /** The version of the protocol that the engine speaks. */
    public int protocolVersion() {
        return ask("NodeStore_nodeForAddr", Map.of())
                .dict("result")
                .flatMap(result -> result.number("protocolVersion"))
                .filter(version -> version >= 0 && version <= NEWEST_VERSION)
                .map(Long::intValue)
                .orElseThrow(() -> new EngineException.Garbled("NodeStore_nodeForAddr: no version in the answer"));
    }

    /** All links, up and down. */
    public List<Peer> peerStats() {
        return paged("InterfaceController_peerStats", "peers", CjdnsAdmin::peer);
    }

    /** All nodes that the engine knows a way to, itself included. */
    public List<KnownNode> dumpTable() {
        return paged("NodeStore_dumpTable", "routingTable", CjdnsAdmin::node);
    }

    /**
     * Asks a node for an answer over the mesh.
     *
     * @return how long it took; empty where none came in time, or no way is known
     */
    public Optional<Duration> pingNode(Inet6Address node, Duration timeout) {
        return askUnless(
                        "not_found",
                        "RouterModule_pingNode",
                        Map.of("path", new Text(full(node)), "timeout", new Int(timeout.toMillis())),
                        limit.plus(timeout))
                .filter(answer -> answer.text("result").equals(Optional.of("pong")))
                .flatMap(answer -> answer.number("ms"))
                .map(Duration::ofMillis);
    }

    /**
     * Begins a link; whether the other end takes it shows in {@link #peerStats}.
     *
     * @param endpoint an address, no name, and a port
     * @param linkPassword that the other end knows under {@code login}
     */
    public void beginConnection(String publicKey, InetSocketAddress endpoint, String login, String linkPassword) {
        boolean inet6 = endpoint.getAddress() instanceof Inet6Address;
        ask(
                "UDPInterface_beginConnection",
                Map.of(
                        "publicKey", new Text(checked(publicKey)),
                        "address", new Text(CjdnsConfig.endpoint(endpoint)),
                        "interfaceNumber", new Int(inet6 ? CjdnsConfig.INET6_INTERFACE : CjdnsConfig.INET4_INTERFACE),
                        "login", new Text(login),
                        "password", new Text(linkPassword)));
    }

    /**
     * Ends a link with a node, whoever dialled: the first that the engine finds where there are several.
     *
     * @return whether there was one
     */
    public boolean disconnectPeer(String publicKey) {
        return askUnless(
                        "no peer found",
                        "InterfaceController_disconnectPeer",
                        Map.of("pubkey", new Text(checked(publicKey))),
                        limit)
                .isPresent();
    }

    /** Lets nodes link that know this password, under this name for it. */
    public void addPassword(String user, String linkPassword) {
        ask("AuthorizedPasswords_add", Map.of("user", new Text(user), "password", new Text(linkPassword)));
    }

    /** Takes a password back, by its name; links that it let in stay. */
    public void removePassword(String user) {
        ask("AuthorizedPasswords_remove", Map.of("user", new Text(user)));
    }

    /** The names of the passwords that let nodes link. */
    public List<String> passwords() {
        List<String> users = new ArrayList<>();
        long total = 1;
        for (int page = 0; users.size() < total && page < MOST_PAGES; page++) {
            Dict answer = ask("AuthorizedPasswords_list", Map.of("page", new Int(page)));
            total = answer.number("total").orElse(0L);
            List<Bencode> items = answer.items("users");
            items.forEach(item -> {
                if (item instanceof Text(String user)) {
                    users.add(user);
                }
            });
            if (items.isEmpty()) {
                break;
            }
        }
        return List.copyOf(users);
    }

    private <T> List<T> paged(String function, String key, Function<Dict, Optional<T>> reader) {
        List<T> found = new ArrayList<>();
        for (int page = 0; page < MOST_PAGES; page++) {
            Dict answer = ask(function, Map.of("page", new Int(page)));
            for (Bencode item : answer.items(key)) {
                if (!(item instanceof Dict dict)) {
                    throw new EngineException.Garbled(function + ": an entry is no dictionary");
                }
                reader.apply(dict).ifPresent(found::add);
            }
            if (answer.number("more").orElse(0L) == 0) {
                return List.copyOf(found);
            }
        }
        throw new EngineException.Garbled(function + ": the list does not end");
    }

    private static Optional<Peer> peer(Dict entry) {
        Optional<KnownNode> node = entry.text("addr").flatMap(CjdnsAdmin::known);
        Optional<String> state = entry.text("state");
        boolean up = state.equals(Optional.of("ESTABLISHED"));
        return Optional.of(new Peer(
                node.map(KnownNode::publicKey),
                node.map(KnownNode::address),
                "udp://" + entry.text("lladdr").map(CjdnsAdmin::written).orElse(""),
                up,
                entry.number("isIncoming").orElse(0L) != 0,
                Optional.empty(),
                Duration.ZERO,
                up ? Optional.empty() : state.map(it -> it.toLowerCase(Locale.ROOT))));
    }

    /** The engine shortens IPv6 addresses; for one place there has to be one form. */
    private static String written(String endpoint) {
        Matcher parts = INET6.matcher(endpoint);
        if (!parts.matches()) {
            return endpoint;
        }
        try {
            return CjdnsConfig.endpoint(new InetSocketAddress(
                    Inet6Address.ofLiteral(parts.group("address")), Integer.parseInt(parts.group("port"))));
        } catch (IllegalArgumentException none) {
            return endpoint;
        }
    }

    private static Optional<KnownNode> node(Dict entry) {
        return entry.text("addr").flatMap(CjdnsAdmin::known);
    }

    private static Optional<KnownNode> known(String text) {
        Matcher parts = NODE.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        int version = Integer.parseInt(parts.group("version"));
        return CjdnsKey.parse(parts.group("key"))
                .map(key -> new KnownNode(key.text(), key.address(), parts.group("path"), version));
    }

    private static String checked(String publicKey) {
        return CjdnsKey.parse(publicKey)
                .map(CjdnsKey::text)
                .orElseThrow(() -> new IllegalArgumentException("no public key of cjdns: " + publicKey));
    }

    /** All 39 characters of an address: cjdns takes no shorter form. */
    private static String full(Inet6Address address) {
        byte[] bytes = address.getAddress();
        List<String> groups = new ArrayList<>();
        for (int i = 0; i < bytes.length; i += 2) {
            groups.add(HexFormat.of().formatHex(bytes, i, i + 2));
        }
        return String.join(":", groups);
    }

    /** The answer; empty where the engine refuses with these words, which then are an answer too. */
    private Optional<Dict> askUnless(String refusal, String function, Map<String, Bencode> arguments, Duration time) {
        try {
            return Optional.of(ask(function, arguments, time));
        } catch (EngineException.Refused refused) {
            if (String.valueOf(refused.getMessage()).contains(refusal)) {
                return Optional.empty();
            }
            throw refused;
        }
    }

    private Dict ask(String function, Map<String, Bencode> arguments) {
        return ask(function, arguments, limit);
    }

    private Dict ask(String function, Map<String, Bencode> arguments, Duration time) {
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(loopbackLike(address.getAddress()), 0))) {
            socket.connect(address);
            Dict answer = exchange(socket, function, authenticated(cookie(socket), function, arguments), time);
            String error = answer.text("error").orElse("none");
            if (!error.equals("none") && !error.isEmpty()) {
                throw new EngineException.Refused(function + ": " + error);
            }
            return answer;
        } catch (PortUnreachableException closed) {
            throw new EngineException.NotRunning(function + ": nothing listens on " + address);
        } catch (SocketTimeoutException silent) {
            throw new EngineException.NoAnswer(function + ": no answer within " + time.toMillis() + " ms");
        } catch (IOException broken) {
            throw new EngineException.NoAnswer(function + ": " + broken.getMessage());
        }
    }

    private static InetAddress loopbackLike(InetAddress address) {
        return address.isLoopbackAddress() ? address : new InetSocketAddress(0).getAddress();
    }

    private String cookie(DatagramSocket socket) throws IOException {
        String cookie = exchange(socket, "cookie", Dict.of(Map.of("q", new Text("cookie"))), limit)
                .text("cookie")
                .orElseThrow(() -> new EngineException.Garbled("cookie: none in the answer"));
        if (!cookie.matches("[0-9]{1,20}")) {
            throw new EngineException.Garbled("cookie: the answer is no number");
        }
        return cookie;
    }

    private Dict authenticated(String cookie, String function, Map<String, Bencode> arguments) {
        Dict request = Dict.of(Map.of(
                "q", new Text("auth"),
                "aq", new Text(function),
                "args", Dict.of(arguments),
                "cookie", new Text(cookie),
                "hash", new Text(sha256((password + cookie).getBytes(StandardCharsets.UTF_8)))));
        return request;
    }

    /** Sends a request under a number of its own and waits for the answer that bears it; others are not for us. */
    private static Dict exchange(DatagramSocket socket, String function, Dict request, Duration time)
            throws IOException {
        String txid = Long.toHexString(ThreadLocalRandom.current().nextLong());
        Dict numbered = request.with("txid", new Text(txid));
        if (numbered.text("hash").isPresent()) {
            numbered = numbered.with("hash", new Text(sha256(numbered.encoded())));
        }
        byte[] bytes = numbered.encoded();
        socket.send(new DatagramPacket(bytes, bytes.length));
        long end = System.nanoTime() + time.toNanos();
        byte[] buffer = new byte[LARGEST_MESSAGE];
        while (true) {
            long left = Duration.ofNanos(end - System.nanoTime()).toMillis();
            if (left <= 0) {
                throw new SocketTimeoutException();
            }
            socket.setSoTimeout(Math.toIntExact(left));
            DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
            socket.receive(packet);
            if (!(Bencode.decoded(buffer, packet.getLength()) instanceof Dict answer)) {
                throw new EngineException.Garbled(function + ": the answer is no dictionary");
            }
            if (answer.text("txid").equals(Optional.of(txid))) {
                return answer;
            }
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every Java has SHA-256", impossible);
        }
    }
}
