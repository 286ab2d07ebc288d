package org.raptiformica.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.raptiformica.failure.BadData;

/**
 * What a person said that a machine is to advertise, kept in the file {@code last_advertised}: the first line is host and
 * SSH port, each other line one more address as in {@link Neighbour#addresses}.
 *
 * @param host where its SSH server is reached, and its mesh engine too
 * @param sshPort of that server
 * @param addresses where its mesh engine is reached besides, each with its port
 */
public record Advertised(String host, int sshPort, List<String> addresses) {

    public Advertised {
        addresses = List.copyOf(addresses);
    }

    /** What is advertised; empty where nobody said anything. */
    public static Optional<Advertised> read(CacheDirectory cache) {
        Path file = cache.lastAdvertised();
        try {
            List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8).stream()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .toList();
            if (lines.isEmpty()) {
                return Optional.empty();
            }
            String[] first = lines.getFirst().split("\\s+", -1);
            int port = first.length > 1 && first[1].matches("[0-9]{1,5}") ? Integer.parseInt(first[1]) : 22;
            return Optional.of(new Advertised(first[0], port, lines.subList(1, lines.size())));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException unreadable) {
            throw new BadData(
                    file.toString(),
                    "it cannot be read: " + unreadable.getMessage(),
                    "Remove it, then run `raptiformica advertise` again.");
        }
    }

    /** Keeps it. */
    public void write(CacheDirectory cache) {
        List<String> lines = new ArrayList<>(List.of(host + " " + sshPort));
        lines.addAll(addresses);
        try {
            CacheFiles.makeDirectory(cache.root());
            CacheFiles.replace(
                    cache.lastAdvertised(), (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException failed) {
            throw CacheFiles.failure(cache.lastAdvertised(), "cannot be written", failed);
        }
    }

    /** Forgets it. */
    public static void forget(CacheDirectory cache) {
        try {
            Files.deleteIfExists(cache.lastAdvertised());
        } catch (IOException failed) {
            throw CacheFiles.failure(cache.lastAdvertised(), "cannot be removed", failed);
        }
    }
}
