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
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.raptiformica.consul.ConsulClient;
import org.raptiformica.consul.KeyValue;
import org.raptiformica.consul.KeyValueStore;
import org.raptiformica.failure.BadData;

/**
 * The files of installed modules in Consul, so that every node has them, also one that is away now and comes back. Below
 * {@code raptiformica_modules/}, apart from the shared config, whose values are short: {@code about/NAME} says which
 * archive counts, {@code parts/NAME/HASH/N} are its parts in Base64. The parts are written before what names them, so a
 * reader finds the old archive or the new one, never half of one. A module that was removed keeps its {@code about}, which
 * says so: a node that still has its files knows that they are to go. Archives pass through memory one part at a time.
 * Thread-safe.
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
     * A module as the store knows it.
     *
     * @param name the name of its directory
     * @param sha256 the sum of its archive in hex digits; absent when the module has been removed
     * @param parts how many the archive has
     * @param origin where it came from, for people
     */
    public record About(String name, Optional<String> sha256, int parts, String origin) {

        private static About of(KeyValue entry) {
            JsonObject json = JsonParser.parseString(entry.text()).getAsJsonObject();
            return new About(
                    entry.key().substring(ABOUT.length()),
                    json.has("sha256") ? Optional.of(json.get("sha256").getAsString()) : Optional.empty(),
                    json.get("parts").getAsInt(),
                    json.get("origin").getAsString());
        }

        private String text() {
            JsonObject json = new JsonObject();
            sha256.ifPresent(sum -> json.addProperty("sha256", sum));
            json.addProperty("parts", parts);
            json.addProperty("origin", origin);
            return json.toString();
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

    /**
     * Cuts an archive into parts that fit into the store.
     *
     * @throws BadData when it is too large
     */
    public static About split(String name, Path archive, String origin, PartSink sink) throws IOException {
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
        return new About(name, Optional.of(sum), parts, origin);
    }

    /** Writes one part of an archive that does not count yet. */
    public void putPart(String name, String sha256, int number, String base64) {
        store.put(part(name, sha256, number), base64);
    }

    /** Lets an archive count whose parts are all there, and takes away those of the module's other ones. */
    public void put(About about) {
        store.put(ABOUT + about.name(), about.text());
        String below = PARTS + about.name() + "/";
        store.children(below).stream()
                .map(key -> key.substring(below.length()).replace("/", ""))
                .filter(hash -> !about.sha256().equals(Optional.of(hash)))
                .forEach(hash -> store.deleteBelow(below + hash + "/"));
    }

    /** The same for a module that the store knows nothing of yet; says whether that was so. */
    public boolean putNew(About about) {
        return store.putIf(ABOUT + about.name(), about.text(), 0);
    }

    /** Marks a module as removed and takes its files away. */
    public void remove(String name) {
        put(new About(name, Optional.empty(), 0, ""));
    }

    /** Writes the archive of a module into a file; false where it is being replaced at this moment. */
    public boolean fetch(About about, Path file) throws IOException {
        String sum = about.sha256().orElseThrow();
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int i = 0; i < about.parts(); i++) {
                Optional<KeyValue> part = store.get(part(about.name(), sum, i));
                if (part.isEmpty()) {
                    return false;
                }
                out.write(Base64.getDecoder().decode(part.get().text()));
            }
        }
        return sum(file).equals(sum);
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
