package org.raptiformica.cluster.recovery;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.raptiformica.cluster.api.SnapshotPart;
import org.raptiformica.cluster.api.Wire;
import org.raptiformica.config.CacheFiles;
import org.raptiformica.config.Mapping;
import org.raptiformica.failure.BadData;

/**
 * A backup in a file: a gzipped tar of a manifest with the sums of the rest, the shared config as flat JSON, and Consul's own
 * snapshot, with which {@code consul snapshot restore} can do something too.
 */
final class BackupFile {

    private static final int FORMAT = 1;
    private static final String MANIFEST = "manifest.json";
    private static final String CONFIG = "shared_config.json";
    private static final String SNAPSHOT = "consul.snap";
    private static final String REMEDY = "Nothing was changed. Take another backup.";

    private final Instant date;
    private final String cluster;
    private final Mapping config;
    private final byte[] snapshot;

    /**
     * @param date when it was made
     * @param cluster the id of the cluster that it is of
     * @param config the shared config
     * @param snapshot the whole store, as Consul gave it
     */
    BackupFile(Instant date, String cluster, Mapping config, byte[] snapshot) {
        this.date = date;
        this.cluster = cluster;
        this.config = config;
        this.snapshot = snapshot.clone();
    }

    Instant date() {
        return date;
    }

    String cluster() {
        return cluster;
    }

    Mapping config() {
        return config;
    }

    byte[] snapshot() {
        return snapshot.clone();
    }

    /** Writes it, for its owner only: whole, or the file is as it was before. */
    void write(Path file) {
        byte[] flat = text(Wire.flat(config));
        JsonObject sums = new JsonObject();
        sums.addProperty(CONFIG, sum(flat));
        sums.addProperty(SNAPSHOT, sum(snapshot));
        JsonObject manifest = new JsonObject();
        manifest.addProperty("format", FORMAT);
        manifest.addProperty("date", date.toString());
        manifest.addProperty("cluster", cluster);
        manifest.add("sha256", sums);
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (OutputStream out = new GZIPOutputStream(bytes);
                    TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
                add(tar, MANIFEST, text(manifest));
                add(tar, CONFIG, flat);
                add(tar, SNAPSHOT, snapshot);
            }
            CacheFiles.replace(file, bytes.toByteArray());
        } catch (IOException failed) {
            throw CacheFiles.failure(file, "cannot be written", failed);
        }
    }

    private void add(TarArchiveOutputStream tar, String name, byte[] content) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(content.length);
        entry.setMode(0600);
        entry.setModTime(date.toEpochMilli());
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    /**
     * Reads one and looks whether all of it is as it was written.
     *
     * @throws BadData when it is not
     */
    static BackupFile read(Path file) {
        Map<String, byte[]> parts = parts(file);
        byte[] manifest = parts.get(MANIFEST);
        if (manifest == null) {
            throw new BadData(file.toString(), "is no backup of raptiformica: it has no " + MANIFEST, REMEDY);
        }
        try {
            JsonObject told = json(manifest);
            int format = told.get("format").getAsInt();
            if (format != FORMAT) {
                throw new BadData(
                        file.toString(),
                        "is a backup of format " + format + ", this program reads format " + FORMAT,
                        "Nothing was changed. Use the program that wrote it.");
            }
            JsonObject sums = told.getAsJsonObject("sha256");
            return new BackupFile(
                    Instant.parse(told.get("date").getAsString()),
                    told.get("cluster").getAsString(),
                    Wire.mapping(json(checked(file, parts, CONFIG, sums))),
                    checked(file, parts, SNAPSHOT, sums));
        } catch (JsonParseException
                | IllegalStateException
                | IllegalArgumentException
                | UnsupportedOperationException
                | NullPointerException
                | DateTimeException damaged) {
            throw new BadData(file.toString(), "is damaged: its " + MANIFEST + " cannot be read", REMEDY);
        }
    }

    private static Map<String, byte[]> parts(Path file) {
        byte[] packed = bytes(file);
        Map<String, byte[]> parts = new TreeMap<>();
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(packed));
                TarArchiveInputStream tar = new TarArchiveInputStream(in)) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                byte[] content = tar.readNBytes(SnapshotPart.MOST_BYTES + 1);
                if (content.length > SnapshotPart.MOST_BYTES) {
                    throw new BadData(file.toString(), "is no backup of raptiformica: it is too large", REMEDY);
                }
                parts.put(entry.getName(), content);
            }
            // The sum of the whole is behind the last entry.
            in.transferTo(OutputStream.nullOutputStream());
            return parts;
        } catch (EOFException cut) {
            throw new BadData(file.toString(), "is cut short", REMEDY);
        } catch (IOException | IllegalArgumentException damaged) {
            throw new BadData(
                    file.toString(), "is damaged, or no backup of raptiformica: " + damaged.getMessage(), REMEDY);
        }
    }

    private static byte[] bytes(Path file) {
        try {
            if (Files.isRegularFile(file) && Files.size(file) > 2L * SnapshotPart.MOST_BYTES) {
                throw new BadData(file.toString(), "is no backup of raptiformica: it is too large", REMEDY);
            }
            return Files.readAllBytes(file);
        } catch (IOException failed) {
            throw new BadData(file.toString(), "cannot be read: " + failed, "Name the file of a backup.");
        }
    }

    private static byte[] checked(Path file, Map<String, byte[]> parts, String name, JsonObject sums) {
        byte[] content = parts.getOrDefault(name, new byte[0]);
        if (!sum(content).equals(sums.get(name).getAsString())) {
            throw new BadData(file.toString(), "is damaged: its " + name + " is not what was written", REMEDY);
        }
        return content;
    }

    private static JsonObject json(byte[] bytes) {
        return JsonParser.parseString(new String(bytes, StandardCharsets.UTF_8)).getAsJsonObject();
    }

    private static byte[] text(JsonObject json) {
        return (json + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** In hex digits. */
    static String sum(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
