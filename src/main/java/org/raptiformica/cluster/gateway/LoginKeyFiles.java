package org.raptiformica.cluster.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.raptiformica.config.CacheFiles;
import org.raptiformica.host.MachineAddress;

/**
 * Which private key file this client was told to offer to which machine, kept in its cache: what an inventory says counts
 * for later commands, too. A line a machine, {@code HOST PORT FILE}. Thread-safe.
 */
public final class LoginKeyFiles {

    private final Path file;

    /** The file need not exist yet. */
    public LoginKeyFiles(Path file) {
        this.file = file;
    }

    /** The key for a machine, whoever logs in. */
    public Optional<Path> of(MachineAddress machine) {
        return Optional.ofNullable(read().get(key(machine))).map(Path::of);
    }

    /** Uses a key for a machine from now on. */
    public synchronized void remember(MachineAddress machine, Path identity) {
        Map<String, String> lines = read();
        if (identity.toString().equals(lines.put(key(machine), identity.toString()))) {
            return;
        }
        StringBuilder text = new StringBuilder();
        lines.forEach((name, path) -> text.append(name).append(' ').append(path).append('\n'));
        try {
            CacheFiles.makeDirectory(file.getParent());
            CacheFiles.replace(file, text.toString().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String key(MachineAddress machine) {
        return machine.host() + " " + machine.port();
    }

    private Map<String, String> read() {
        Map<String, String> keys = new TreeMap<>();
        try {
            if (Files.exists(file)) {
                for (String line : Files.readAllLines(file)) {
                    String[] words = line.split(" ", 3);
                    if (words.length == 3) {
                        keys.put(words[0] + " " + words[1], words[2]);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return keys;
    }
}
