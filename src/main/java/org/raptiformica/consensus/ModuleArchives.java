package org.raptiformica.consensus;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.raptiformica.consul.ConsulClient;
import org.raptiformica.consul.KeyValue;
import org.raptiformica.consul.KeyValueStore;
import org.raptiformica.consul.Operation;
import org.raptiformica.consul.Transaction;
import org.raptiformica.failure.BadData;

/**
 * The files of installed modules in Consul, so that every node has them, also one that is away now and comes back. Below
 * {@code raptiformica_modules/}, apart from the shared config, whose values are short: {@code about/NAME} says which
 * archive counts, {@code parts/NAME/HASH/N} are its parts in Base64. A module that was removed keeps its {@code about},
 * which says so: a node that still has its files knows that they are to go.
 *
 * <p>A change is whole or did not happen, whatever fails on the way and whoever else changes the same module: the parts are
 * written first; {@link #replace} names them in one transaction that fails where one is missing or another was quicker;
 * the definitions in the shared config follow, which any node can do, since the archive that was replaced stays until
 * {@link #settle} says that they are right. Archives pass through memory one part at a time. Thread-safe.
 */
public final class ModuleArchives {

    /** The prefix of what says which archives count, for watching. */
    public static final String ABOUT = "raptiformica_modules/about/";

    /** The most that an archive may weigh: it is in the memory of every server. */
    public static final int MOST_BYTES = 8 << 20;

    /** A value may have 512 KiB, of which Base64 takes a third. A multiple of three, so that no part is padded. */
    private static final int PART_BYTES = 300 << 10;

    private static final String PARTS = "raptiformica_modules/parts/";

    private final KeyValueStore store;

    /** Through this node's Consul. */
    public ModuleArchives(ConsulClient consul) {
        this.store = consul.kv();
    }

    /**
     * The packed files of one version of a module.
     *
     * @param sha256 its sum in hex digits
     * @param parts how many it has
     */
    public record Archive(String sha256, int parts) {

        private static Optional<Archive> of(JsonObject json) {
            return json.has("sha256")
                    ? Optional.of(new Archive(
                            json.get("sha256").getAsString(), json.get("parts").getAsInt()))
                    : Optional.empty();
        }

        private void write(JsonObject json) {
            json.addProperty("sha256", sha256);
            json.addProperty("parts", parts);
        }
    }

    /**
     * A module as the store knows it.
     *
     * @param name the name of its directory
     * @param archive its files; absent when the module has been removed
     * @param origin where it came from, for people
     * @param replaced the version before, as long as the definitions may still be those of it
     * @param settled whether the shared config has its definitions
     * @param index of the entry, for compare-and-set
     */
    public record About(
            String name,
            Optional<Archive> archive,
            String origin,
            Optional<Archive> replaced,
            boolean settled,
            long index) {

        private static About of(KeyValue entry) {
            JsonObject json = JsonParser.parseString(entry.text()).getAsJsonObject();
            return new About(
                    entry.key().substring(ABOUT.length()),
                    Archive.of(json),
                    json.get("origin").getAsString(),
                    json.has("replaces") ? Archive.of(json.getAsJsonObject("replaces")) : Optional.empty(),
                    !json.has("settled") || json.get("settled").getAsBoolean(),
                    entry.modifyIndex());
        }

        private String text() {
            JsonObject json = new JsonObject();
            archive.ifPresentOrElse(files -> files.write(json), () -> json.addProperty("parts", 0));
            json.addProperty("origin", origin);
            replaced.ifPresent(before -> {
                JsonObject replaces = new JsonObject();
                before.write(replaces);
                json.add("replaces", replaces);
            });
            json.addProperty("settled", settled);
            return json.toString();
        }

        private String key() {
            return ABOUT + name;
        }

        private boolean needs(String sha256) {
            return Stream.concat(archive.stream(), replaced.stream())
                    .anyMatch(kept -> kept.sha256().equals(sha256));
        }

        /** Makes a transaction fail once another change of this module counts. */
        public Operation guard() {
            return new Operation.CheckIndex(key(), index);
        }
    }

    /** What becomes of the parts of an archive. */
    @FunctionalInterface
    public interface PartSink {

        /** Takes one part, in Base64; they come in order. */
        void part(String sha256, int number, String base64);
    }

    /** All modules that there are or were, by name. */
    public Map<String, About> all() {
        Map<String, About> all = new TreeMap<>();
        store.getBelow(ABOUT).forEach(entry -> {
            About about = About.of(entry);
            all.put(about.name(), about);
        });
        return all;
    }

    /** One of them. */
    public Optional<About> get(String name) {
        return store.get(ABOUT + name).map(About::of);
    }

    /**
     * Cuts an archive into parts that fit into the store.
     *
     * @throws BadData when it is too large
     */
    public static Archive split(String name, Path archive, PartSink sink) throws IOException {
        long size = Files.size(archive);
        if (size > MOST_BYTES) {
            throw new BadData(
                    "module " + name,
                    "its files are " + size / 1024 + " KiB packed, a module may have " + MOST_BYTES / 1024,
                    "Leave large files out of the module and let a bootstrap fetch them.");
        }
        String sum = sum(archive);
        int parts = 0;
        try (InputStream in = Files.newInputStream(archive)) {
            for (byte[] part = in.readNBytes(PART_BYTES); part.length > 0; part = in.readNBytes(PART_BYTES)) {
                sink.part(sum, parts++, Base64.getEncoder().encodeToString(part));
            }
        }
        return new Archive(sum, parts);
    }

    /** Writes one part of an archive that does not count yet. */
    public void putPart(String name, String sha256, int number, String base64) {
        store.put(part(name, sha256, number), base64);
    }

    /**
     * Lets an archive count whose parts have been put; its definitions are outstanding then.
     *
     * @param before what counts now, as the caller has seen it; it has to be settled
     * @param archive absent to remove the module
     * @return false, and nothing has happened, where another was quicker or parts are missing, which is what happens to
     *     the parts of those who are slower
     */
    public boolean replace(Optional<About> before, String name, Optional<Archive> archive, String origin) {
        List<Operation> operations = new ArrayList<>();
        for (int i = 0; i < archive.map(Archive::parts).orElse(0); i++) {
            Optional<KeyValue> part = store.get(part(name, archive.orElseThrow().sha256(), i));
            if (part.isEmpty()) {
                return false;
            }
            operations.add(new Operation.CheckIndex(part.get().key(), part.get().modifyIndex()));
        }
        About after = new About(name, archive, origin, before.flatMap(About::archive), false, 0);
        operations.add(new Operation.SetIf(
                after.key(), after.text(), before.map(About::index).orElse(0L)));
        return store.transact(operations) instanceof Transaction.Result.Committed;
    }

    /** Says that the definitions are right, unless another change counts by now, and drops what nobody needs any more. */
    public void settle(About about) {
        About settled = new About(about.name(), about.archive(), about.origin(), Optional.empty(), true, 0);
        List<Operation> operations = dropping(settled);
        operations.addFirst(new Operation.SetIf(settled.key(), settled.text(), about.index()));
        store.transact(operations);
    }

    /** Drops the parts of archives that do not count, such as that of a client which was slower, or was cut off. */
    public void sweep(String name) {
        get(name).ifPresent(about -> {
            List<Operation> operations = dropping(about);
            operations.addFirst(about.guard());
            store.transact(operations);
        });
    }

    private List<Operation> dropping(About about) {
        String below = PARTS + about.name() + "/";
        List<Operation> operations = new ArrayList<>();
        store.children(below).stream()
                .map(key -> key.substring(below.length()).replace("/", ""))
                .filter(hash -> !about.needs(hash))
                .limit(Transaction.MOST_OPERATIONS - 1)
                .forEach(hash -> operations.add(new Operation.DeleteBelow(below + hash + "/")));
        return operations;
    }

    /** Writes an archive of a module into a file; false where it is being replaced at this moment. */
    public boolean fetch(String name, Archive archive, Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int i = 0; i < archive.parts(); i++) {
                Optional<KeyValue> part = store.get(part(name, archive.sha256(), i));
                if (part.isEmpty()) {
                    return false;
                }
                out.write(Base64.getDecoder().decode(part.get().text()));
            }
        }
        return sum(file).equals(archive.sha256());
    }

    private static String part(String name, String hash, int number) {
        return PARTS + name + "/" + hash + "/" + number;
    }

    private static String sum(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[1 << 16];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
