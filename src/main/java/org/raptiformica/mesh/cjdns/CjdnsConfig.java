package org.raptiformica.mesh.cjdns;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.raptiformica.failure.BadData;
import org.raptiformica.mesh.MeshIdentity;
import org.raptiformica.mesh.MeshSettings;
import org.raptiformica.mesh.PeerAddress;

/**
 * The engine's configuration file, in plain JSON. Of what was there the keys stay, and whatever this program has no
 * opinion of: who may link, the interfaces and the admin socket are its own. Field names and meanings: cjdns, doc/configure.
 */
final class CjdnsConfig {

    /** The number of the interface for IPv4, which is the first in the file. */
    static final int INET4_INTERFACE = 0;

    /** The number of the interface for IPv6, the second. */
    static final int INET6_INTERFACE = 1;

    /** The name under which nodes of the cluster know the password. */
    static final String LOGIN = "raptiformica";

    /** Where the engine answers: loopback. */
    static final InetSocketAddress ADMIN = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 11234);

    private static final Gson JSON = new GsonBuilder()
            .setStrictness(Strictness.STRICT)
            .setPrettyPrinting()
            .disableHtmlEscaping()
            .create();

    private final JsonObject content;
    private final MeshIdentity identity;

    private CjdnsConfig(JsonObject content, MeshIdentity identity) {
        this.content = content;
        this.identity = identity;
    }

    /** Whether this is plain JSON, as this program writes it; what people write has comments. */
    static boolean isPlain(String text) {
        try {
            return JSON.fromJson(text, JsonElement.class) instanceof JsonObject;
        } catch (JsonParseException other) {
            return false;
        }
    }

    /**
     * Reads a file's content.
     *
     * @throws BadData when it is no JSON, or its keys are missing or do not belong together
     */
    static CjdnsConfig read(Path file, String text) {
        if (!isPlain(text)) {
            throw bad(file, "is no configuration of cjdns, or is cut short");
        }
        JsonObject content = JSON.fromJson(text, JsonObject.class);
        Optional<CjdnsKey> key = text(content.get("publicKey")).flatMap(CjdnsKey::parse);
        boolean secret = text(content.get("privateKey"))
                .filter(it -> it.matches("[0-9a-f]{64}"))
                .isPresent();
        if (key.isEmpty() || !secret) {
            throw bad(file, "has no pair of cjdns keys in it");
        }
        return new CjdnsConfig(
                content, new MeshIdentity(key.get().text(), key.get().address()));
    }

    static BadData bad(Path file, String what) {
        return new BadData(
                file.toString(),
                what,
                "Put back a copy of it, or move it away: this node then gets a new key and a new mesh address.");
    }

    MeshIdentity identity() {
        return identity;
    }

    /** The password of the admin socket. */
    Optional<String> adminPassword() {
        return object(content, "admin").flatMap(admin -> text(admin.get("password")));
    }

    /** The password of links. */
    Optional<String> linkPassword() {
        return content.get("authorizedPasswords") instanceof JsonArray passwords
                        && !passwords.isEmpty()
                        && passwords.get(0) instanceof JsonObject first
                ? text(first.get("password"))
                : Optional.empty();
    }

    /** The network interface, where one is configured. */
    Optional<String> interfaceName() {
        return object(content, "router")
                .flatMap(router -> object(router, "interface"))
                .flatMap(tun -> text(tun.get("tunDevice")));
    }

    /** Whether this program wrote it: whoever else's engine has another place for its pipe. */
    boolean isOurs(Path pipe) {
        return text(content.get("pipe")).equals(Optional.of(pipe.toString()));
    }

    /** The same, to be known again as this program's. */
    String asOurs(Path pipe) {
        JsonObject made = content.deepCopy();
        made.addProperty("pipe", pipe.toString());
        return JSON.toJson(made) + "\n";
    }

    /**
     * The same keys with these settings; what the file should hold.
     *
     * @param peers whom to dial, by address, with their public keys
     * @param adminPassword of the admin socket
     */
    String with(MeshSettings settings, Map<InetSocketAddress, String> peers, String adminPassword, Path pipe) {
        JsonObject made = content.deepCopy();
        made.add("authorizedPasswords", list(object(Map.of("password", settings.password(), "user", LOGIN))));
        made.add("admin", object(Map.of("bind", endpoint(ADMIN), "password", adminPassword)));
        JsonObject interfaces = new JsonObject();
        interfaces.add(
                "UDPInterface",
                list(
                        udp("0.0.0.0:" + settings.listenPort(), connectTo(false, settings.password(), peers)),
                        udp("[::]:" + settings.listenPort(), connectTo(true, settings.password(), peers))));
        made.add("interfaces", interfaces);
        JsonObject router = object(made, "router").orElseGet(JsonObject::new);
        router.add("interface", object(Map.of("type", "TUNInterface", "tunDevice", settings.interfaceName())));
        made.add("router", router);
        made.addProperty("pipe", pipe.toString());
        made.addProperty("noBackground", 1);
        made.add("logging", object(Map.of("logTo", "stdout")));
        return JSON.toJson(made) + "\n";
    }

    private static JsonObject connectTo(boolean inet6, String password, Map<InetSocketAddress, String> peers) {
        JsonObject dialled = new JsonObject();
        peers.entrySet().stream()
                .filter(peer -> peer.getKey().getAddress() instanceof Inet6Address == inet6)
                .sorted(Comparator.comparing(peer -> endpoint(peer.getKey())))
                .forEach(peer -> dialled.add(
                        endpoint(peer.getKey()),
                        object(Map.of("login", LOGIN, "password", password, "publicKey", peer.getValue()))));
        return dialled;
    }

    private static JsonObject udp(String bind, JsonObject dialled) {
        JsonObject udp = object(Map.of("bind", bind));
        // Beacons of cjdns carry a password of their own that anyone on the local network hears: no discovery.
        udp.addProperty("beacon", 0);
        udp.add("connectTo", dialled);
        return udp;
    }

    /** Whom the engine dials when it starts, by address, with their public keys. */
    Map<InetSocketAddress, String> dialled() {
        Map<InetSocketAddress, String> dialled = new LinkedHashMap<>();
        for (JsonObject udp : udpInterfaces(content)) {
            object(udp, "connectTo")
                    .ifPresent(peers -> peers.asMap()
                            .forEach((endpoint, peer) -> address(endpoint)
                                    .ifPresent(address ->
                                            publicKey(peer).ifPresent(key -> dialled.put(address, key.text())))));
        }
        return dialled;
    }

    /** The same with other nodes to dial when the engine starts. */
    String dialling(Map<InetSocketAddress, String> peers) {
        JsonObject made = content.deepCopy();
        String password = linkPassword().orElse("");
        List<JsonObject> udp = udpInterfaces(made);
        for (int i = 0; i < udp.size(); i++) {
            udp.get(i).add("connectTo", connectTo(i == INET6_INTERFACE, password, peers));
        }
        return JSON.toJson(made) + "\n";
    }

    private static List<JsonObject> udpInterfaces(JsonObject content) {
        return object(content, "interfaces")
                .flatMap(interfaces -> Optional.ofNullable(interfaces.get("UDPInterface")))
                .filter(JsonElement::isJsonArray)
                .map(udp -> udp.getAsJsonArray().asList().stream()
                        .filter(JsonElement::isJsonObject)
                        .map(JsonElement::getAsJsonObject)
                        .toList())
                .orElse(List.of());
    }

    private static Optional<CjdnsKey> publicKey(JsonElement peer) {
        return peer instanceof JsonObject object
                ? text(object.get("publicKey")).flatMap(CjdnsKey::parse)
                : Optional.empty();
    }

    private static Optional<InetSocketAddress> address(String endpoint) {
        return PeerAddress.parse("", "udp://" + endpoint).flatMap(CjdnsConfig::literal);
    }

    /** Where this is, unless that is a name: cjdns looks none up. */
    static Optional<InetSocketAddress> literal(PeerAddress peer) {
        try {
            return Optional.of(new InetSocketAddress(InetAddress.ofLiteral(peer.host()), peer.port()));
        } catch (IllegalArgumentException name) {
            return Optional.empty();
        }
    }

    /** An address as cjdns writes it: IPv6 in brackets. */
    static String endpoint(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        int zone = host.indexOf('%');
        String bare = zone < 0 ? host : host.substring(0, zone);
        return (address.getAddress() instanceof Inet6Address ? "[" + bare + "]" : bare) + ":" + address.getPort();
    }

    private static JsonObject object(Map<String, String> entries) {
        JsonObject object = new JsonObject();
        entries.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> object.addProperty(entry.getKey(), entry.getValue()));
        return object;
    }

    private static JsonArray list(JsonObject... items) {
        JsonArray list = new JsonArray();
        List.of(items).forEach(list::add);
        return list;
    }

    private static Optional<JsonObject> object(JsonObject parent, String name) {
        return parent.get(name) instanceof JsonObject object ? Optional.of(object) : Optional.empty();
    }

    private static Optional<String> text(@Nullable JsonElement element) {
        return element instanceof JsonPrimitive primitive && primitive.isString()
                ? Optional.of(primitive.getAsString())
                : Optional.empty();
    }
}
