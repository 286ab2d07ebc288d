package org.raptiformica.cluster.inventory;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.PatternSyntaxException;
import org.raptiformica.failure.BadData;

/**
 * The machines of an inventory, each of which is checked as a whole before the first one is touched.
 *
 * @param file where it was read from
 * @param entries in the order of the file
 */
public record Inventory(Path file, List<Entry> entries) {

    public Inventory {
        entries = List.copyOf(entries);
    }

    /**
     * Reads an inventory.
     *
     * @param home what {@code ~} means in a key's path
     * @throws BadData with the file and the place in it, for the first thing that is wrong
     */
    public static Inventory read(Path file, Path home) {
        List<RawEntry> raw = new RawEntries(file, home).read();
        Map<String, RawEntry> byDst = byDst(file, raw);
        Map<RawEntry, Entry> linked = new LinkedHashMap<>();
        raw.forEach(entry -> link(file, entry, byDst, linked, new LinkedHashSet<>()));
        return new Inventory(file, raw.stream().map(linked::get).toList());
    }

    /** By what a {@code via} may say: the {@code dst} where it is the only one, and {@code dst:port}. */
    private static Map<String, RawEntry> byDst(Path file, List<RawEntry> raw) {
        Map<String, RawEntry> full = new LinkedHashMap<>();
        Map<String, RawEntry> names = new LinkedHashMap<>();
        for (RawEntry entry : raw) {
            RawEntry earlier = full.putIfAbsent(entry.fullName(), entry);
            if (earlier != null) {
                throw new BadData(
                        file + " at " + entry.path() + ".dst",
                        "%s is already there, at %s".formatted(entry.machine(), earlier.path()),
                        "Leave one of them out; machines at one address differ in their port.");
            }
            names.putIfAbsent(entry.machine().host(), entry);
        }
        names.putAll(full);
        return names;
    }

    private static Entry link(
            Path file, RawEntry raw, Map<String, RawEntry> byDst, Map<RawEntry, Entry> linked, Set<RawEntry> onTheWay) {
        Entry present = linked.get(raw);
        if (present != null) {
            return present;
        }
        refuseCycle(file, raw, onTheWay);
        onTheWay.add(raw);
        Optional<Entry> via =
                raw.via().map(name -> link(file, jumpHost(file, raw, name, byDst), byDst, linked, onTheWay));
        Entry entry = new Entry(raw.machine(), via, raw.identity(), raw.labels(), raw.path());
        linked.put(raw, entry);
        return entry;
    }

    private static RawEntry jumpHost(Path file, RawEntry raw, String name, Map<String, RawEntry> byDst) {
        RawEntry jump = byDst.get(name);
        if (jump == null) {
            throw new BadData(
                    file + " at " + raw.path() + ".via",
                    "'" + name + "' is no dst of this inventory",
                    "Add an entry with that dst; what is reached through it comes after it by itself.");
        }
        if (jump.equals(raw)) {
            throw new BadData(
                    file + " at " + raw.path() + ".via",
                    raw.machine() + " cannot be reached through itself",
                    "Name another dst, or leave via out.");
        }
        return jump;
    }

    private static void refuseCycle(Path file, RawEntry raw, Set<RawEntry> onTheWay) {
        if (!onTheWay.contains(raw)) {
            return;
        }
        List<String> cycle = new ArrayList<>();
        onTheWay.stream()
                .dropWhile(entry -> !entry.equals(raw))
                .forEach(entry -> cycle.add(entry.machine().toString()));
        cycle.add(raw.machine().toString());
        throw new BadData(
                file + " at " + raw.path() + ".via",
                "the ways to these machines go in a circle: " + String.join(" -> ", cycle),
                "One of them has to be reached without the others.");
    }

    /**
     * The machines that any of these mean: an address, {@code address:port}, a label, or a glob of one ({@code web*}).
     *
     * @throws BadData when one of them means none
     */
    public List<Entry> limitedTo(List<String> patterns) {
        if (patterns.isEmpty()) {
            return entries;
        }
        Set<Entry> chosen = new LinkedHashSet<>();
        for (String pattern : patterns) {
            PathMatcher glob = glob(pattern);
            List<Entry> found = entries.stream()
                    .filter(entry -> isMeant(entry, pattern, glob))
                    .toList();
            if (found.isEmpty()) {
                throw new BadData(
                        "--limit '" + pattern + "'",
                        "no machine in " + file + " is meant by it",
                        "Give an address, a label, or a pattern such as 'web*'.");
            }
            chosen.addAll(found);
        }
        return entries.stream().filter(chosen::contains).toList();
    }

    private static boolean isMeant(Entry entry, String pattern, PathMatcher glob) {
        List<String> names = new ArrayList<>(entry.labels());
        names.addAll(List.of(
                entry.machine().host(),
                entry.machine().toString(),
                entry.machine().host() + ":" + entry.machine().port()));
        return names.stream().anyMatch(name -> name.equals(pattern) || matches(glob, name));
    }

    private static boolean matches(PathMatcher glob, String name) {
        return !name.contains("/") && glob.matches(Path.of(name));
    }

    private static PathMatcher glob(String pattern) {
        try {
            return FileSystems.getDefault().getPathMatcher("glob:" + pattern);
        } catch (PatternSyntaxException wrong) {
            throw new BadData(
                    "--limit '" + pattern + "'",
                    "is no pattern: " + wrong.getDescription(),
                    "Use *, ?, [ab] and {a,b}.");
        }
    }
}
