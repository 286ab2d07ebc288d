package org.raptiformica.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A file of host keys in OpenSSH's format (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"); plain and hashed names are read, plain
 * ones written. Edits replace the file as a whole, one at a time between processes. Lines that are no plain entries
 * (patterns, markers, comments) are kept and never match.
 */
public final class KnownHosts {

    private final Path file;

    /** The file need not exist yet. */
    public KnownHosts(Path file) {
        this.file = file;
    }

    /** The first key recorded for a machine, as {@code type base64}. */
    public Optional<String> keyOf(MachineAddress address) {
        return lines().stream()
                .filter(line -> names(line, entry(address)))
                .map(line -> line.split("\\s+", -1))
                .map(words -> words[1] + " " + words[2])
                .findFirst();
    }

    /** Removes all keys of a machine; nothing happens where there are none. */
    public void forget(MachineAddress address) {
        if (keyOf(address).isPresent()) {
            edit(lines -> without(lines, address));
        }
    }

    /** Makes {@code key} ({@code type base64}) the one key of a machine. */
    public void record(MachineAddress address, String key) {
        edit(lines -> {
            List<String> more = new ArrayList<>(without(lines, address));
            more.add(entry(address) + " " + key);
            return more;
        });
    }

    private static List<String> without(List<String> lines, MachineAddress address) {
        return lines.stream().filter(line -> !names(line, entry(address))).toList();
    }

    private static String entry(MachineAddress address) {
        return address.port() == MachineAddress.SSH_PORT
                ? address.host()
                : "[%s]:%d".formatted(address.host(), address.port());
    }

    private static boolean names(String line, String entry) {
        String[] words = line.strip().split("\\s+", -1);
        return words.length >= 3
                && Arrays.stream(words[0].split(",", -1))
                        .anyMatch(name -> name.startsWith("|1|") ? isHashOf(name, entry) : name.equals(entry));
    }

    /** {@code |1|salt|hash}: HMAC-SHA1 of the name, keyed with the salt. */
    private static boolean isHashOf(String hashed, String entry) {
        String[] parts = hashed.split("\\|", -1);
        if (parts.length != 4) {
            return false;
        }
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(parts[2]), "HmacSHA1"));
            byte[] hash = mac.doFinal(entry.getBytes(StandardCharsets.UTF_8));
            return MessageDigest.isEqual(hash, Base64.getDecoder().decode(parts[3]));
        } catch (GeneralSecurityException | IllegalArgumentException noHash) {
            return false;
        }
    }

    private List<String> lines() {
        try {
            return Files.exists(file) ? Files.readAllLines(file, StandardCharsets.ISO_8859_1) : List.of();
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }

    private void edit(UnaryOperator<List<String>> change) {
        synchronized (KnownHosts.class) {
            try {
                Files.createDirectories(file.toAbsolutePath().getParent());
                Path lock = file.resolveSibling(file.getFileName() + ".lock");
                try (FileChannel channel =
                        FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                    channel.lock();
                    replace(change.apply(lines()));
                }
            } catch (IOException problem) {
                throw new UncheckedIOException(problem);
            }
        }
    }

    private void replace(List<String> lines) throws IOException {
        Path next = Files.createTempFile(file.toAbsolutePath().getParent(), "known_hosts", ".new");
        try {
            Files.write(next, lines, StandardCharsets.ISO_8859_1);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(next);
        }
    }
}
