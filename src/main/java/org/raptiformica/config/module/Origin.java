package org.raptiformica.config.module;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.raptiformica.config.CacheFiles;
import org.raptiformica.host.Host;

/**
 * Where an installed module came from.
 *
 * @param url the repository
 * @param ref the tag, branch or commit that was asked for
 * @param commit the commit that is installed
 */
public record Origin(String url, Optional<String> ref, String commit) {

    /** The file in a module's directory that says it: one that travels with the module, unlike git's own. */
    private static final String FILE = ".raptiformica-origin.json";

    /** The origin of the module in a directory: as recorded, else as git knows it, else unknown. */
    public static Optional<Origin> of(Path module, Host host) {
        return recorded(module).or(() -> new ModuleClone(host).origin(module));
    }

    private static Optional<Origin> recorded(Path module) {
        try {
            JsonObject json = JsonParser.parseString(Files.readString(module.resolve(FILE)))
                    .getAsJsonObject();
            return Optional.of(new Origin(
                    json.get("url").getAsString(),
                    json.has("ref") ? Optional.of(json.get("ref").getAsString()) : Optional.empty(),
                    json.get("commit").getAsString()));
        } catch (IOException | JsonParseException | IllegalStateException | NullPointerException unknown) {
            return Optional.empty();
        }
    }

    /** Notes it in a module's directory. */
    public void record(Path module) throws IOException {
        JsonObject json = new JsonObject();
        json.addProperty("url", url);
        ref.ifPresent(given -> json.addProperty("ref", given));
        json.addProperty("commit", commit);
        CacheFiles.replace(module.resolve(FILE), (json + "\n").getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return url + ref.map(given -> "@" + given).orElse("") + " ("
                + commit.substring(0, Math.min(12, commit.length())) + ")";
    }
}
