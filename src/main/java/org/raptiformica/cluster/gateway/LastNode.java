package org.raptiformica.cluster.gateway;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.raptiformica.config.CacheFiles;

/** Remembers which node served the last command: it is likely to serve the next. Losing it costs a moment, so it may fail. */
public final class LastNode {

    private final Path file;

    /** The file need not exist. */
    public LastNode(Path file) {
        this.file = file;
    }

    Optional<String> publicKey() {
        try {
            return Files.exists(file) ? Optional.of(Files.readString(file).strip()) : Optional.empty();
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    void remember(String publicKey) {
        if (publicKey().filter(publicKey::equals).isPresent()) {
            return;
        }
        try {
            CacheFiles.makeDirectory(file.getParent());
            CacheFiles.replace(file, (publicKey + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException unwritable) {
            // The next command asks all of them.
        }
    }
}
