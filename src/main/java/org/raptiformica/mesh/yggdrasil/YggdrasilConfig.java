package org.raptiformica.mesh.yggdrasil;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.raptiformica.failure.BadData;
import org.raptiformica.mesh.MeshSettings;
import org.raptiformica.mesh.PeerAddress;

/**
 * The engine's configuration file, as this program writes it: plain JSON, of which the private key is the one thing that
 * is never made again. Field names and meanings: Yggdrasil's configuration reference, 0.5.
 */
final class YggdrasilConfig {

    private static final Pattern KEY = Pattern.compile("[0-9a-f]{128}");
    private static final Pattern PASSWORD = Pattern.compile("[?&]password=([0-9A-Za-z]+)");
    private static final Gson JSON = new GsonBuilder()
            .setStrictness(Strictness.STRICT)
            .setPrettyPrinting()
            .disableHtmlEscaping()
            .create();

    private final JsonObject content;

    private YggdrasilConfig(JsonObject content) {
        this.content = content;
    }

    /**
     * Reads a file's content.
     *
     * @throws BadData when it is not what this program writes
     */
    static YggdrasilConfig read(Path file, String text) {
        JsonObject content;
        try {
            content = JSON.fromJson(text, JsonElement.class) instanceof JsonObject object ? object : new JsonObject();
        } catch (JsonParseException broken) {
            throw bad(file, "is no JSON, or is cut short");
        }
        if (!text(content.get("PrivateKey")).map(KEY.asMatchPredicate()::test).orElse(false)) {
            throw bad(file, "has no private key of Yggdrasil in it");
        }
        return new YggdrasilConfig(content);
    }

    private static BadData bad(Path file, String what) {
        return new BadData(
                file.toString(),
                what,
                "Put back a copy of it, or move it away: this node then gets a new key and a new mesh address.");
    }

    /** The configuration that holds a new key and nothing else, from what {@code -genconf -json} printed. */
    static String onlyKey(Path file, String generated) {
        JsonObject key = new JsonObject();
        key.addProperty("PrivateKey", read(file, generated).privateKey());
        return render(key);
    }

    /** The password of links that this configuration listens with; empty before the first {@link #with}. */
    Optional<String> password() {
        return first("Listen").flatMap(address -> {
            Matcher found = PASSWORD.matcher(address);
            return found.find() ? Optional.of(found.group(1)) : Optional.empty();
        });
    }

    /** The network interface; empty before the first {@link #with}. */
    Optional<String> interfaceName() {
        return text(content.get("IfName"));
    }

    /** The same key with these settings; what the file should hold. */
    String with(MeshSettings settings, Path adminSocket, YggdrasilVersion version) {
        JsonObject made = new JsonObject();
        made.addProperty("PrivateKey", privateKey());
        made.add("Peers", peers(settings));
        made.add("Listen", listen(settings));
        made.addProperty("AdminListen", "unix://" + adminSocket);
        // It links every node of a local network with every other one; which links there are is the agent's choice.
        made.add("MulticastInterfaces", new JsonArray());
        if (version.isAtLeast(YggdrasilVersion.GROUP_PASSWORD)) {
            made.addProperty("GroupPassword", settings.password());
        }
        made.addProperty("IfName", settings.interfaceName());
        made.addProperty("IfMTU", settings.mtu());
        made.addProperty("NodeInfoPrivacy", true);
        return render(made);
    }

    /** An address as the engine dials it: who answers has to have the key and know the password. */
    static String dialled(PeerAddress peer, String password) {
        return peer.endpoint() + "?key=" + peer.publicKey() + "&password=" + password;
    }

    private static JsonArray peers(MeshSettings settings) {
        JsonArray peers = new JsonArray();
        settings.peers().forEach(peer -> peers.add(dialled(peer, settings.password())));
        return peers;
    }

    private static JsonArray listen(MeshSettings settings) {
        JsonArray listen = new JsonArray();
        for (String transport : new String[] {"tls", "quic"}) {
            listen.add("%s://[::]:%d?password=%s".formatted(transport, settings.listenPort(), settings.password()));
        }
        return listen;
    }

    private String privateKey() {
        return text(content.get("PrivateKey")).orElseThrow();
    }

    private Optional<String> first(String name) {
        return content.get(name) instanceof JsonArray array && !array.isEmpty() ? text(array.get(0)) : Optional.empty();
    }

    private static Optional<String> text(@Nullable JsonElement element) {
        return element instanceof JsonPrimitive primitive && primitive.isString()
                ? Optional.of(primitive.getAsString())
                : Optional.empty();
    }

    private static String render(JsonObject content) {
        return JSON.toJson(content) + "\n";
    }
}
