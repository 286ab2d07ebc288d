package org.raptiformica.mesh;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.raptiformica.config.CacheFiles;

/**
 * At which address this node reached each of the others last, so that it dials that one first after a restart. A file of the
 * node's own: what works from here need not work from elsewhere. One that is damaged or gone costs some seconds of trying.
 */
public final class LearnedPaths {

    private static final Gson JSON = new Gson();

    private final Path file;

    /** What was learned is kept in this file. */
    public LearnedPaths(Path file) {
        this.file = file;
    }

    /** The last address that worked, by the node's public key. */
    public Map<String, PeerAddress> read() {
        Map<String, PeerAddress> learned = new TreeMap<>();
        try {
            JsonElement json = JSON.fromJson(Files.readString(file), JsonElement.class);
            if (json instanceof JsonObject object) {
                object.entrySet().forEach(entry -> address(entry).ifPresent(it -> learned.put(entry.getKey(), it)));
            }
        } catch (IOException | JsonParseException none) {
            return Map.of();
        }
        return learned;
    }

    private static Optional<PeerAddress> address(Map.Entry<String, JsonElement> entry) {
        return entry.getValue().isJsonPrimitive()
                ? PeerAddress.parse(entry.getKey(), entry.getValue().getAsString())
                : Optional.empty();
    }

    /** Keeps these and no others. */
    public void write(Map<String, PeerAddress> learned) {
        JsonObject json = new JsonObject();
        new TreeMap<>(learned).forEach((key, address) -> json.addProperty(key, address.endpoint()));
        try {
            CacheFiles.makeDirectory(file.getParent());
            CacheFiles.replace(file, (json + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Adds one address that is about to be tried. */
    public void hint(PeerAddress address) {
        Map<String, PeerAddress> learned = new TreeMap<>(read());
        learned.put(address.publicKey(), address);
        write(learned);
    }
}
