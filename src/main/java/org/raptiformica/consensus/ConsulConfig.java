package org.raptiformica.consensus;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Our file in Consul's configuration directory, for Consul 1.8 and newer. Consul reads every {@code .json} and
 * {@code .hcl} file there in the order of their names, so other files add to it, and those later in order win.
 */
public final class ConsulConfig {

    /**
     * Read at the start alone, and of no use to a Consul that has started; or not worth to restart all of a cluster's at once, as
     * an upgrade would: members whose gossip has other timings understand each other.
     */
    private static final Set<String> AT_START = Set.of("bootstrap_expect", "retry_join", "gossip_lan");
    /** Taken over by {@code /v1/agent/reload}; so are services, checks and watches in other files. */
    private static final Set<String> LIVE = Set.of("log_level");

    private ConsulConfig() {}

    /** What a write of the file asks of a running Consul: the gentlest that works. */
    public enum Change {
        /** Nothing: the file was so already. */
        NONE,
        /** Nothing: it matters at the next start only. New members are joined through {@link Membership#join}. */
        NEXT_START,
        /** To read it again. */
        RELOAD,
        /** To be restarted: addresses, ports, key, role, raft timing, directories. */
        RESTART
    }

    /** The words that run Consul in the foreground, for the supervision. */
    public static List<String> command(Path consul, Path configDirectory) {
        return List.of(consul.toString(), "agent", "-config-dir", configDirectory.toString());
    }

    /**
     * Writes the file, mode 0600 from its creation, whole or not at all, and only if it would differ.
     *
     * @throws UncheckedIOException if that fails
     */
    public static Change write(Path file, ConsulSettings settings) {
        try {
            String wanted = ConsulFile.json(settings).toString();
            String found = Files.exists(file) ? Files.readString(file) : "";
            if (found.equals(wanted)) {
                return Change.NONE;
            }
            replace(file, wanted);
            return change(found, wanted);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** The temporary name ends in {@code .tmp}, which Consul does not read. */
    private static void replace(Path file, String text) throws IOException {
        Path directory = Files.createDirectories(file.toAbsolutePath().getParent());
        Path temporary = Files.createTempFile(
                directory,
                ".raptiformica",
                ".tmp",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                channel.write(StandardCharsets.UTF_8.encode(text));
                channel.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    static Change change(String found, String wanted) {
        JsonObject before = parse(found);
        JsonObject after = parse(wanted);
        List<String> changed = Stream.concat(before.keySet().stream(), after.keySet().stream())
                .distinct()
                .filter(name -> !same(before.get(name), after.get(name)))
                .toList();
        if (AT_START.containsAll(changed)) {
            return Change.NEXT_START;
        }
        return changed.stream().allMatch(name -> AT_START.contains(name) || LIVE.contains(name))
                ? Change.RELOAD
                : Change.RESTART;
    }

    private static boolean same(@Nullable JsonElement a, @Nullable JsonElement b) {
        return a == null ? b == null : a.equals(b);
    }

    /** A file that is none of ours, or damaged, has nothing in common with the wanted one. */
    private static JsonObject parse(String text) {
        try {
            return JsonParser.parseString(text) instanceof JsonObject object ? object : new JsonObject();
        } catch (JsonParseException damaged) {
            return new JsonObject();
        }
    }

    static JsonArray texts(List<InetSocketAddress> addresses) {
        JsonArray array = new JsonArray();
        addresses.forEach(address -> array.add(GossipAddress.text(address)));
        return array;
    }
}
