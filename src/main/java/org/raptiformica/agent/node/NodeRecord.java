package org.raptiformica.agent.node;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.raptiformica.config.CacheFiles;
import org.raptiformica.consensus.ConsulRole;
import org.raptiformica.failure.BadData;

/**
 * What this node was told to be; while the file is there, the agent keeps it so, also after a reboot.
 *
 * @param publicKey the key it was entered with in the shared config
 * @param role what its Consul is to the store
 */
public record NodeRecord(String publicKey, ConsulRole role) {

    /**
     * The record in a file, absent where the machine was not told to be a node.
     *
     * @throws BadData when the file does not say what the node is
     */
    public static Optional<NodeRecord> read(Path file) {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            JsonObject json = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
            return Optional.of(new NodeRecord(
                    json.get("publicKey").getAsString(),
                    ConsulRole.valueOf(json.get("role").getAsString().toUpperCase(Locale.ROOT))));
        } catch (JsonParseException | IllegalStateException | IllegalArgumentException | NullPointerException e) {
            throw new BadData(
                    file.toString(),
                    "it does not say what this node is",
                    "Remove it and run `raptiformica slave` on this machine again.");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes the record, whole or not at all. */
    public void write(Path file) {
        JsonObject json = new JsonObject();
        json.addProperty("publicKey", publicKey);
        json.addProperty("role", role.name().toLowerCase(Locale.ROOT));
        try {
            CacheFiles.makeDirectory(file.getParent());
            CacheFiles.replace(file, (json + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
