package org.raptiformica.config;

import com.google.gson.GsonBuilder;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.raptiformica.failure.BadData;

/**
 * The copy of the shared config on this machine: a flat JSON object of strings, mode 0600 for it holds the cluster's
 * secrets. Before there is a store it is the truth. Safe to use from any number of threads and processes at once: a
 * reader always sees one whole version.
 */
public final class ConfigCache {

    private static final Duration WAIT_FOR_OTHERS = Duration.ofSeconds(30);
    private static final String REMEDY =
            "Move it away: the nodes of the cluster have a copy, and without a cluster it is made anew.";

    private final Path file;
    private final CacheLock lock;
    private final Outbox outbox;
    private final Outbox clientOutbox;

    public ConfigCache(CacheDirectory directory) {
        this.file = directory.mutableConfig();
        this.lock = new CacheLock(file.resolveSibling(file.getFileName() + ".lock"), WAIT_FOR_OTHERS);
        this.outbox = new Outbox(directory.outbox(), Clock.systemUTC());
        this.clientOutbox = new Outbox(directory.clientOutbox(), Clock.systemUTC());
    }

    /** The changes beside it that this node has taken, and that wait for the store. */
    public Outbox outbox() {
        return outbox;
    }

    /** The changes beside it that commands made here, and that wait for a node; on a node, for its own agent. */
    public Outbox clientOutbox() {
        return clientOutbox;
    }

    /**
     * The cached mapping, or nothing where there is no file. Numbers and booleans are read as their text.
     *
     * @throws BadData when the file is no JSON, cut short, not flat, or has no server, compute and platform
     * @throws org.raptiformica.failure.PrerequisiteMissing when it may not be read
     */
    public Optional<Mapping> read() {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        } catch (IOException failed) {
            throw CacheFiles.failure(file, "cannot be read", failed);
        }
        return Optional.of(parse(bytes));
    }

    /**
     * Changes the cached mapping, starting from the empty one where there is no file, while no other thread or process
     * can: no change is lost. A change that changes nothing writes nothing.
     *
     * @param change gets the present mapping; it must not use this cache itself
     * @return the mapping that the file holds now
     * @throws BadData when the present file is corrupt, or the changed mapping lacks server, compute or platform; the file
     *     is left as it is
     * @throws org.raptiformica.failure.StepFailed when the disk is full or another process does not let go of the lock
     * @throws org.raptiformica.failure.PrerequisiteMissing when the directory may not be written
     */
    public Mapping update(UnaryOperator<Mapping> change) {
        return lock.holding(() -> {
            Optional<Mapping> present = read();
            Mapping changed = change.apply(present.orElse(Mapping.empty()));
            if (!present.equals(Optional.of(changed))) {
                write(whole(changed, "would be written"));
            }
            return changed;
        });
    }

    /** Moves the file away, whatever is in it; returns where it is now. */
    public Path setAside(Instant now) {
        return lock.holding(() -> {
            Path place = file.resolveSibling(file.getFileName() + ".damaged-" + now.toEpochMilli());
            try {
                return Files.move(file, place);
            } catch (IOException failed) {
                throw CacheFiles.failure(file, "cannot be moved away", failed);
            }
        });
    }

    /** Removes the file, corrupt or not. */
    public void delete() {
        lock.holding(() -> {
            try {
                return Files.deleteIfExists(file);
            } catch (IOException failed) {
                throw CacheFiles.failure(file, "cannot be removed", failed);
            }
        });
    }

    private void write(Mapping mapping) {
        String json = new GsonBuilder()
                .setPrettyPrinting()
                .disableHtmlEscaping()
                .create()
                .toJson(mapping.asMap());
        try {
            CacheFiles.replace(file, (json + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException failed) {
            throw CacheFiles.failure(file, "cannot be written", failed);
        }
    }

    private Mapping parse(byte[] bytes) {
        try {
            return whole(Mapping.of(StrictJson.read(bytes, this::entries)), "is there");
        } catch (StrictJson.Fault fault) {
            throw corrupt((fault.cutShort() ? "is cut short: " : "is no JSON: ") + fault.found());
        }
    }

    private Map<String, String> entries(JsonReader json) throws IOException {
        if (json.peek() != JsonToken.BEGIN_OBJECT) {
            throw corrupt("found " + JsonKind.of(json.peek()) + " at $, expected an object");
        }
        Map<String, String> entries = new TreeMap<>();
        json.beginObject();
        while (json.hasNext()) {
            String key = json.nextName();
            if (!Mapping.accepts(key)) {
                throw corrupt("the key " + JsonPath.of(key) + " does not begin with " + Keys.ROOT + "/");
            }
            entries.put(key, value(json, key));
        }
        json.endObject();
        return entries;
    }

    private String value(JsonReader json, String key) throws IOException {
        if (!StrictJson.isText(json.peek())) {
            throw corrupt("is not flat: found " + JsonKind.of(json.peek()) + " at " + JsonPath.of(key)
                    + ", expected a string");
        }
        return StrictJson.text(json);
    }

    private Mapping whole(Mapping mapping, String verb) {
        SortedSet<String> missing = mapping.missingParts();
        if (!missing.isEmpty()) {
            throw corrupt("nothing below " + String.join(", ", missing) + " " + verb);
        }
        return mapping;
    }

    private BadData corrupt(String what) {
        return new BadData(file.toString(), what, REMEDY);
    }
}
