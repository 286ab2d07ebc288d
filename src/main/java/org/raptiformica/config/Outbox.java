package org.raptiformica.config;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.raptiformica.failure.BadData;

/**
 * The operations on the shared config that have not arrived where they go, in the order in which they came, beside the
 * cache in a file of mode 0600. What was put in is there after a crash and a power cut, until it is taken out. Safe to use
 * from any number of threads and processes at once.
 */
public final class Outbox {

    /** A stamp that is further ahead than this comes from a clock that is wrong. */
    public static final Duration MOST_SKEW = Duration.ofMinutes(5);

    private static final Duration WAIT_FOR_OTHERS = Duration.ofSeconds(30);

    private final Path file;
    private final CacheLock lock;
    private final Clock clock;

    /** The outbox in this file, made at the first use. */
    public Outbox(Path file, Clock clock) {
        this.file = file;
        this.lock = new CacheLock(file.resolveSibling(file.getFileName() + ".lock"), WAIT_FOR_OTHERS);
        this.clock = clock;
    }

    /**
     * What the file holds.
     *
     * @param author who this machine is in stamps
     * @param base the store's greatest modify index at the last contact
     * @param latest the greatest stamp that was made or seen here
     * @param asOf when the store was last seen, if ever
     * @param operations those that wait
     */
    public record Content(
            String author, long base, Stamp latest, Optional<Instant> asOf, List<ConfigOperation> operations) {

        /** Copies the operations. */
        public Content {
            operations = List.copyOf(operations);
        }

        /** A mapping with what waits on top of it. */
        public Mapping onTopOf(Mapping mapping) {
            Mapping changed = mapping;
            for (ConfigOperation operation : operations) {
                changed = operation.onTopOf(changed);
            }
            return changed;
        }

        private Content with(List<ConfigOperation> waiting, Stamp seen) {
            return new Content(author, base, latest.or(seen), asOf, waiting);
        }
    }

    /**
     * What is in it now.
     *
     * @throws BadData when the file was damaged
     */
    public Content content() {
        try {
            return parse(Files.readString(file));
        } catch (NoSuchFileException none) {
            return new Content(
                    UUID.randomUUID().toString().replace("-", ""), 0, Stamp.NONE, Optional.empty(), List.of());
        } catch (IOException failed) {
            throw CacheFiles.failure(file, "cannot be read", failed);
        }
    }

    /** Whether anything waits. */
    public boolean isEmpty() {
        return !Files.exists(file) || content().operations().isEmpty();
    }

    /**
     * Makes an operation of changes and keeps it; when this returns nothing but the loss of the disk can lose it.
     *
     * @throws BadData for changes that could never be applied
     */
    public ConfigOperation record(List<Change> changes) {
        ConfigOperation.check(changes);
        Content after = update(before -> {
            Stamp at = before.latest().next(clock.millis(), before.author());
            ConfigOperation made = new ConfigOperation(UUID.randomUUID().toString(), at, before.base(), changes);
            List<ConfigOperation> all = new ArrayList<>(before.operations());
            all.add(made);
            return before.with(all, made.last());
        });
        return after.operations().getLast();
    }

    /**
     * Makes an operation of changes without keeping it, for who brings it to the store at once.
     *
     * @param base the store's index that its author knows
     * @param seen the greatest stamp that its author knows
     * @throws BadData for changes that could never be applied
     */
    public ConfigOperation make(List<Change> changes, long base, Stamp seen) {
        ConfigOperation.check(changes);
        Content now = content();
        Stamp at = now.latest().or(seen).next(clock.millis(), now.author());
        return new ConfigOperation(UUID.randomUUID().toString(), at, base, changes);
    }

    /** Takes operations over from another outbox; those that are here already are kept once. */
    public void accept(Collection<ConfigOperation> operations) {
        operations.forEach(operation -> ConfigOperation.check(operation.changes()));
        update(before -> {
            Set<String> ids = new HashSet<>();
            before.operations().forEach(operation -> ids.add(operation.id()));
            List<ConfigOperation> all = new ArrayList<>(before.operations());
            Stamp latest = Stamp.NONE;
            for (ConfigOperation operation : operations) {
                if (ids.add(operation.id())) {
                    all.add(operation);
                }
                latest = latest.or(operation.last());
            }
            return before.with(all, latest);
        });
    }

    /** Takes out what has arrived. */
    public void remove(Set<String> ids) {
        delivered(ids, Stamp.NONE);
    }

    /** Takes out what somebody else keeps now; what is made here from now on is later than {@code latest}. */
    public void delivered(Set<String> ids, Stamp latest) {
        update(before -> before.with(
                before.operations().stream()
                        .filter(operation -> !ids.contains(operation.id()))
                        .toList(),
                latest));
    }

    /** Remembers how much of the store was seen, so that what is made later counts as later. */
    public void saw(long index, Stamp latest) {
        update(before ->
                new Content(before.author(), index, before.latest().or(latest), before.asOf(), before.operations()));
    }

    /** The same, and that the copy beside it is as the store was then. */
    public void saw(long index, Stamp latest, Instant when) {
        update(before -> new Content(
                before.author(), index, before.latest().or(latest), Optional.of(when), before.operations()));
    }

    /** Removes the file and what is in it. */
    public void delete() {
        lock.holding(() -> {
            try {
                return Files.deleteIfExists(file);
            } catch (IOException failed) {
                throw CacheFiles.failure(file, "cannot be removed", failed);
            }
        });
    }

    private Content update(UnaryOperator<Content> change) {
        return lock.holding(() -> {
            Content before = content();
            Content after = change.apply(before);
            if (!after.equals(before)) {
                write(after);
            }
            return after;
        });
    }

    private void write(Content content) {
        JsonObject json = new JsonObject();
        json.addProperty("author", content.author());
        json.addProperty("base", content.base());
        json.addProperty("latest", content.latest().text());
        content.asOf().ifPresent(when -> json.addProperty("asOf", when.toString()));
        JsonArray list = new JsonArray();
        content.operations().forEach(operation -> list.add(operation.toJson()));
        json.add("operations", list);
        try {
            CacheFiles.replace(file, (json + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException failed) {
            throw CacheFiles.failure(file, "cannot be written", failed);
        }
    }

    private Content parse(String text) {
        try {
            JsonObject json = JsonParser.parseString(text).getAsJsonObject();
            List<ConfigOperation> operations = new ArrayList<>();
            json.getAsJsonArray("operations")
                    .forEach(operation -> operations.add(ConfigOperation.from(operation.getAsJsonObject())));
            return new Content(
                    json.get("author").getAsString(),
                    json.get("base").getAsLong(),
                    Stamp.parse(json.get("latest").getAsString()),
                    json.has("asOf")
                            ? Optional.of(Instant.parse(json.get("asOf").getAsString()))
                            : Optional.empty(),
                    operations);
        } catch (JsonParseException
                | IllegalStateException
                | IllegalArgumentException
                | NullPointerException
                | DateTimeException damaged) {
            throw new BadData(
                    file.toString(),
                    "was damaged: " + damaged.getMessage(),
                    "It holds changes that have not arrived in the cluster. Mend it if you can; moved away, they are lost.");
        }
    }
}
