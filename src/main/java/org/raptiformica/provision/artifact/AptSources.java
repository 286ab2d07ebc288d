package org.raptiformica.provision.artifact;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where this machine gets its packages: the entries of {@code sources.list} and {@code sources.list.d}, in the one-line
 * format and in deb822 (sources.list(5)). Only entries with the component {@code main} of a whole distribution count, not
 * those of a single vendor, nor of security updates, which lack most packages.
 */
final class AptSources {

    private static final Pattern ONE_LINE = Pattern.compile("deb\\s+(?:\\[([^]]*)]\\s+)?(\\S+)\\s+(\\S+)\\s+(.*)");

    /**
     * One place of packages.
     *
     * @param signedBy the keyring file, or an ASCII-armoured key itself; where empty, apt's trusted keys
     */
    record Entry(String uri, Optional<String> signedBy) {}

    private final Path configuration;

    /** @param configuration {@code /etc/apt} */
    AptSources(Path configuration) {
        this.configuration = configuration;
    }

    /** The distinct entries, in the order of the files' names. */
    List<Entry> entries() throws IOException {
        Set<Entry> found = new LinkedHashSet<>();
        Path list = configuration.resolve("sources.list");
        if (Files.isReadable(list)) {
            found.addAll(oneLine(Files.readString(list)));
        }
        Path parts = configuration.resolve("sources.list.d");
        if (Files.isDirectory(parts)) {
            try (Stream<Path> files = Files.list(parts).sorted()) {
                for (Path file : files.toList()) {
                    found.addAll(read(file));
                }
            }
        }
        return List.copyOf(found);
    }

    private static List<Entry> read(Path file) throws IOException {
        String name = file.getFileName().toString();
        if (name.endsWith(".list")) {
            return oneLine(Files.readString(file));
        }
        return name.endsWith(".sources") ? deb822(Files.readString(file)) : List.of();
    }

    private static List<Entry> oneLine(String text) {
        List<Entry> found = new ArrayList<>();
        text.lines().map(line -> line.replaceFirst("#.*", "").strip()).forEach(line -> {
            Matcher entry = ONE_LINE.matcher(line);
            if (entry.matches() && usable(entry.group(3), entry.group(4))) {
                found.add(new Entry(entry.group(2), option(entry.group(1), "signed-by")));
            }
        });
        return found;
    }

    private static Optional<String> option(@Nullable String options, String name) {
        String all = options == null ? "" : options.strip();
        return Arrays.stream(all.split("\\s+", -1))
                .filter(option -> option.startsWith(name + "="))
                .map(option -> option.substring(name.length() + 1))
                .findFirst();
    }

    private static List<Entry> deb822(String text) {
        List<Entry> found = new ArrayList<>();
        for (String stanza : text.split("\\n\\s*\\n", -1)) {
            Map<String, String> fields = fields(stanza);
            boolean on = !fields.getOrDefault("enabled", "yes").strip().equalsIgnoreCase("no");
            boolean binary = words(fields, "types").contains("deb");
            for (String suite : words(fields, "suites")) {
                if (on && binary && usable(suite, fields.getOrDefault("components", ""))) {
                    Optional<String> signedBy =
                            Optional.ofNullable(fields.get("signed-by")).map(String::strip);
                    words(fields, "uris").forEach(uri -> found.add(new Entry(uri, signedBy)));
                }
            }
        }
        return found;
    }

    /** Field names in lower case; a value that goes on over several lines keeps them, a lone dot being an empty one. */
    private static Map<String, String> fields(String stanza) {
        Map<String, String> fields = new TreeMap<>();
        String current = "";
        for (String line : stanza.lines().filter(line -> !line.startsWith("#")).toList()) {
            if (line.startsWith(" ") || line.startsWith("\t")) {
                String more = line.strip();
                fields.merge(current, "\n" + (more.equals(".") ? "" : more), String::concat);
            } else if (line.indexOf(':') > 0) {
                current = line.substring(0, line.indexOf(':')).strip().toLowerCase(Locale.ROOT);
                fields.put(current, line.substring(line.indexOf(':') + 1).strip());
            }
        }
        return fields;
    }

    private static List<String> words(Map<String, String> fields, String name) {
        return Stream.of(fields.getOrDefault(name, "").split("\\s+", -1))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    private static boolean usable(String suite, String components) {
        boolean whole = !suite.endsWith("-security") && !suite.contains("/");
        return whole && List.of(components.strip().split("\\s+", -1)).contains("main");
    }
}
