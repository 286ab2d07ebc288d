package org.raptiformica.consensus;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.raptiformica.config.Change;
import org.raptiformica.config.Keys;
import org.raptiformica.config.Mapping;
import org.raptiformica.config.Stamp;
import org.raptiformica.consul.KeyValue;
import org.raptiformica.consul.Transaction;

/**
 * What the store has of the shared config, with the stamps that operations left. Stamps have their own keys, so that those
 * who know nothing of them read and write the shared config as ever:
 *
 * <pre>
 *   raptiformica_operations/stamps/REST    the last operation that set or deleted the key raptiformica/REST
 *   raptiformica_operations/below/REST     the last operation that deleted all below raptiformica/REST/
 *   raptiformica_operations/applied/ID     an operation that has been applied
 *   raptiformica_operations/latest/AUTHOR  the last stamp of an author
 *   raptiformica_operations/begun/ID       the stamp of an operation that needs several transactions, until it is applied
 *   raptiformica_operations/days/MILLIS    when a day began, and by its modify index how far the store was then
 *   raptiformica_operations/head           written with each new "below", checked by every operation
 * </pre>
 *
 * <p>Key and stamp are written in one transaction, so a key whose modify index is greater than that of its stamp was
 * written later by somebody who leaves no stamp.
 *
 * @param stored the keys
 * @param stamps of keys, also of deleted ones, by key
 * @param below deletions of all below a prefix, by prefix without a slash at its end
 * @param lastOfAuthors the last stamp of each author, by author
 * @param begun operations that need several transactions, by id
 * @param head the modify index of the head, 0 if there is none
 * @param index no less than the modify index of any of its keys
 */
public record StampedConfig(
        Stored stored,
        Map<String, Entry> stamps,
        Map<String, Entry> below,
        Map<String, Entry> lastOfAuthors,
        Map<String, Entry> begun,
        long head,
        long index) {

    static final String ROOT = "raptiformica_operations/";
    private static final String STAMPS = ROOT + "stamps/";
    private static final String BELOW = ROOT + "below/";
    private static final String LATEST = ROOT + "latest/";
    static final String APPLIED = ROOT + "applied/";
    static final String BEGUN = ROOT + "begun/";
    static final String HEAD = ROOT + "head";
    static final String DAYS = ROOT + "days/";

    /** So that a transaction takes their names, however they are escaped. */
    private static final int MOST_LETTERS = 50_000;

    /** Few, however many keys there are. */
    private static final List<String> ALWAYS = List.of(BELOW, LATEST, BEGUN, HEAD);

    /** A stamp in the store. */
    public record Entry(Stamp at, long modifyIndex) {}

    /**
     * What bears on some changes, as it was at one moment; of the rest it has nothing. Older is safe: every decision that
     * this could spoil is checked.
     */
    static StampedConfig read(OperationStore store, List<Change> changes) {
        List<String> wanted = Stream.concat(ALWAYS.stream(), changes.stream().flatMap(StampedConfig::bearingOn))
                .distinct()
                .toList();
        long length = wanted.stream().mapToLong(String::length).sum();
        boolean few = wanted.size() <= Transaction.MOST_OPERATIONS && length <= MOST_LETTERS;
        return of(store.read(few ? wanted : everything()));
    }

    private static List<String> everything() {
        return Stream.concat(ALWAYS.stream(), Stream.of(STAMPS, SharedConfig.PREFIX))
                .toList();
    }

    private static Stream<String> bearingOn(Change change) {
        return switch (change) {
            case Change.Set(String key, String _) -> Stream.of(key, stampKey(key));
            case Change.Delete(String key) -> Stream.of(key, stampKey(key));
            case Change.DeleteBelow(String prefix) -> {
                String below = prefix.endsWith("/") ? prefix : prefix + "/";
                yield Stream.of(below, STAMPS + below.substring(SharedConfig.PREFIX.length()));
            }
        };
    }

    private static StampedConfig of(List<KeyValue> found) {
        return new StampedConfig(
                Stored.of(found),
                entries(found, STAMPS, SharedConfig.PREFIX),
                entries(found, BELOW, SharedConfig.PREFIX),
                entries(found, LATEST, ""),
                entries(found, BEGUN, ""),
                lastIndex(found.stream().filter(entry -> entry.key().equals(HEAD))),
                lastIndex(found.stream()));
    }

    private static Map<String, Entry> entries(List<KeyValue> found, String from, String to) {
        Map<String, Entry> entries = new HashMap<>();
        for (KeyValue one : found) {
            if (one.key().startsWith(from)) {
                String name = to + one.key().substring(from.length());
                stamp(one).ifPresent(at -> entries.put(name, new Entry(at, one.modifyIndex())));
            }
        }
        return entries;
    }

    private static long lastIndex(Stream<KeyValue> found) {
        return found.mapToLong(KeyValue::modifyIndex).max().orElse(0);
    }

    /** Nothing for what is none: somebody wrote where only operations write. */
    private static Optional<Stamp> stamp(KeyValue entry) {
        try {
            return Optional.of(Stamp.parse(entry.text()));
        } catch (IllegalArgumentException none) {
            return Optional.empty();
        }
    }

    static String stampKey(String key) {
        return STAMPS + rest(key);
    }

    static String latestKey(String author) {
        return LATEST + author;
    }

    static String belowKey(String prefix) {
        return BELOW + rest(prefix);
    }

    private static String rest(String key) {
        if (!Mapping.accepts(key)) {
            throw new IllegalArgumentException("key '" + key + "' is not below " + Keys.ROOT + "/");
        }
        return key.substring(SharedConfig.PREFIX.length());
    }

    /** Whether the key was written after its stamp, or without one. */
    boolean plainlyWritten(String key) {
        long index = stored.modifyIndex(key);
        return index > 0 && index > stampIndex(key);
    }

    long stampIndex(String key) {
        Entry entry = stamps.get(key);
        return entry == null ? 0 : entry.modifyIndex();
    }

    /** The last deletion of all below one of the prefixes of a key. */
    Stamp deletedAbove(String key) {
        Stamp last = Stamp.NONE;
        for (int slash = key.lastIndexOf('/'); slash > 0; slash = key.lastIndexOf('/', slash - 1)) {
            Entry entry = below.get(key.substring(0, slash));
            last = entry == null ? last : last.or(entry.at());
        }
        return last;
    }

    /** The greatest stamp of all that was read; no less than any that an author has left. */
    public Stamp greatest() {
        return Stream.of(lastOfAuthors, stamps, below)
                .flatMap(entries -> entries.values().stream())
                .map(Entry::at)
                .reduce(Stamp.NONE, Stamp::or);
    }

    /** The greatest that an author has left in the store, now. */
    static Stamp greatest(OperationStore store) {
        return of(store.read(List.of(LATEST))).greatest();
    }
}
