package org.raptiformica.agent.member;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.raptiformica.config.CacheFiles;

/**
 * What the hook {@code cluster_change} was last told of the members, in a file: what changes while the agent restarts is
 * told by the next one. The file is gone after a reboot, as the node was.
 */
public final class ToldMembers {

    private static final Gson JSON = new Gson();

    private final Path file;

    /** @param file where it is kept; it need not be there */
    public ToldMembers(Path file) {
        this.file = file;
    }

    /** Each member's status; empty where nothing was told since the last boot. */
    Optional<Map<String, String>> read() {
        try {
            Map<String, String> view = new TreeMap<>();
            if (JSON.fromJson(Files.readString(file), JsonElement.class) instanceof JsonObject json) {
                json.entrySet()
                        .forEach(entry ->
                                view.put(entry.getKey(), entry.getValue().getAsString()));
                return Optional.of(view);
            }
            return Optional.empty();
        } catch (IOException | JsonParseException | IllegalStateException | UnsupportedOperationException none) {
            return Optional.empty();
        }
    }

    /** Keeps the view. On a full disk it does not, and a change may be told twice or not at all. */
    public void write(Map<String, String> view) {
        try {
            CacheFiles.makeDirectory(file.getParent());
            CacheFiles.replace(file, JSON.toJson(new TreeMap<>(view)).getBytes(StandardCharsets.UTF_8));
        } catch (IOException fullDisk) {
            // Then a restart of the agent may tell something twice, or not at all.
        }
    }
}
