package org.raptiformica.cluster.inventory;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.raptiformica.failure.BadData;
import org.raptiformica.host.MachineAddress;

/** Reads the entries of a file one by one and says exactly what is wrong with one. */
final class RawEntries {

    private static final List<String> KEYS = List.of("dst", "port", "via", "user", "key", "identity", "labels");
    private static final String EXAMPLE =
            "An entry looks like {\"dst\": \"192.0.2.7\", \"port\": 22}; all keys: " + String.join(", ", KEYS) + ".";

    private final Path file;
    private final Path home;

    RawEntries(Path file, Path home) {
        this.file = file;
        this.home = home;
    }

    List<RawEntry> read() {
        Object tree = InventoryTree.read(file);
        if (!(tree instanceof List<?> list)) {
            throw wrong("$", "a list of machines is expected, this is " + kind(tree), EXAMPLE);
        }
        if (list.isEmpty()) {
            throw wrong("$", "it lists no machine", EXAMPLE);
        }
        List<RawEntry> entries = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            entries.add(entry("$[" + i + "]", list.get(i)));
        }
        return entries;
    }

    private RawEntry entry(String path, @Nullable Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            throw wrong(path, "an object is expected, this is " + kind(value), EXAMPLE);
        }
        refuseUnknownKeys(path, map);
        String dst = text(path, map, "dst")
                .orElseThrow(() -> wrong(path, "dst is missing, the address of the machine", EXAMPLE));
        String user = text(path, map, "user").orElse(MachineAddress.ROOT);
        return new RawEntry(
                machine(path, dst, port(path, map), user),
                text(path, map, "via"),
                identity(path, map),
                labels(path, map),
                path);
    }

    private void refuseUnknownKeys(String path, Map<?, ?> map) {
        TreeSet<String> unknown = new TreeSet<>();
        map.keySet().stream()
                .map(String::valueOf)
                .filter(key -> !KEYS.contains(key))
                .forEach(unknown::add);
        if (!unknown.isEmpty()) {
            throw wrong(
                    path + "." + unknown.first(),
                    "there is no such key" + (map.containsKey("dst") ? " (the entry of " + map.get("dst") + ")" : ""),
                    "Known keys: " + String.join(", ", KEYS) + ".");
        }
    }

    private MachineAddress machine(String path, String dst, int port, String user) {
        try {
            return new MachineAddress(dst, port, user);
        } catch (BadData noAddress) {
            throw wrong(
                    path + (isHost(dst) ? ".user" : ".dst"),
                    "'" + (isHost(dst) ? user : dst) + "' is not "
                            + (isHost(dst) ? "the name of a user" : "the name or address of a machine"),
                    "Give dst a name, an IPv4 or a bare IPv6 address; port and user have keys of their own.");
        }
    }

    private static boolean isHost(String dst) {
        try {
            return MachineAddress.of(dst).host().equals(dst);
        } catch (BadData noHost) {
            return false;
        }
    }

    private int port(String path, Map<?, ?> map) {
        Object value = map.get("port");
        if (value == null && !map.containsKey("port")) {
            return MachineAddress.SSH_PORT;
        }
        String digits = value instanceof Integer || value instanceof String ? String.valueOf(value) : "";
        int port = digits.matches("[0-9]{1,5}") ? Integer.parseInt(digits) : 0;
        if (port < 1 || port > 65535) {
            throw wrong(path + ".port", told(value) + " is no port", "Give a number from 1 to 65535, quoted or not.");
        }
        return port;
    }

    private Optional<Path> identity(String path, Map<?, ?> map) {
        Optional<String> key = text(path, map, "key");
        Optional<String> identity = text(path, map, "identity");
        if (key.isPresent() && identity.isPresent()) {
            throw wrong(path + ".identity", "key says the same thing", "Leave one of them out.");
        }
        String name = path + (key.isPresent() ? ".key" : ".identity");
        return key.or(() -> identity).map(text -> keyFile(name, text));
    }

    /** Relative to the inventory, as it travels with it. */
    private Path keyFile(String path, String text) {
        Path found = text.startsWith("~/")
                ? home.resolve(text.substring(2))
                : file.toAbsolutePath().resolveSibling(text);
        if (!Files.isReadable(found) || text.lines().count() != 1) {
            throw wrong(path, found + " is no file that can be read", "Name a private key file.");
        }
        return found.normalize();
    }

    private List<String> labels(String path, Map<?, ?> map) {
        Object value = map.get("labels");
        if (value == null && !map.containsKey("labels")) {
            return List.of();
        }
        if (!(value instanceof List<?> list)) {
            throw wrong(path + ".labels", "a list of labels is expected, this is " + kind(value), "Write [\"web\"].");
        }
        List<String> labels = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            if (!(list.get(i) instanceof String label) || label.isBlank()) {
                throw wrong(
                        path + ".labels[" + i + "]",
                        "a label is expected, this is " + kind(list.get(i)),
                        "A label is a text.");
            }
            labels.add(label);
        }
        return labels;
    }

    private Optional<String> text(String path, Map<?, ?> map, String key) {
        if (!map.containsKey(key)) {
            return Optional.empty();
        }
        Object value = map.get(key);
        if (!(value instanceof String text) || text.isBlank()) {
            throw wrong(path + "." + key, "a text is expected, this is " + kind(value), EXAMPLE);
        }
        return Optional.of(text);
    }

    private static String told(@Nullable Object value) {
        return value instanceof String text ? "'" + text + "'" : kind(value);
    }

    private static String kind(@Nullable Object value) {
        return switch (value) {
            case null -> "nothing";
            case String text -> text.isBlank() ? "an empty text" : "the text '" + text + "'";
            case Number number -> "the number " + number;
            case Boolean bool -> bool.toString();
            case List<?> _ -> "a list";
            case Map<?, ?> _ -> "an object";
            default -> Objects.toString(value);
        };
    }

    private BadData wrong(String path, String what, String remedy) {
        return new BadData(file + " at " + path, what, remedy);
    }
}
