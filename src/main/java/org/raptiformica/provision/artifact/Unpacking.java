package org.raptiformica.provision.artifact;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.apache.commons.compress.archivers.ArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.raptiformica.config.CacheFiles;
import org.raptiformica.host.Command;
import org.raptiformica.host.Host;
import org.raptiformica.host.Outcome;

/** Takes one binary out of a zip, a deb or a tar.gz. */
final class Unpacking {

    private final Host local;

    /** @param local this machine, whose tar unpacks what Java cannot (xz and zstd in a deb) */
    Unpacking(Host local) {
        this.local = local;
    }

    /**
     * Writes a member to {@code binary}.
     *
     * @param name the archive's name, whose end tells its kind
     * @param member the binary's path in it; empty where the file is no archive
     */
    void take(String name, Path archive, String member, Path binary) throws IOException {
        String kind = name.toLowerCase(Locale.ROOT);
        if (member.isEmpty()) {
            Files.copy(archive, binary, StandardCopyOption.REPLACE_EXISTING);
        } else if (kind.endsWith(".zip")) {
            fromZip(archive, member, binary);
        } else if (kind.endsWith(".deb")) {
            fromDeb(archive, member, binary);
        } else if (kind.endsWith(".tar.gz") || kind.endsWith(".tgz")) {
            try (InputStream in = new GZIPInputStream(Files.newInputStream(archive))) {
                fromTar(in, member, binary);
            }
        } else {
            throw new IOException(name + " is neither zip, deb nor tar.gz");
        }
    }

    private static void fromZip(Path archive, String member, Path binary) throws IOException {
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            ZipEntry entry = zip.getEntry(member);
            if (entry == null) {
                throw new IOException("there is no " + member + " in it");
            }
            try (InputStream in = zip.getInputStream(entry)) {
                Files.copy(in, binary, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static void fromTar(InputStream in, String member, Path binary) throws IOException {
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new BufferedInputStream(in))) {
            for (ArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                if (entry.getName().replaceFirst("^\\./", "").equals(member)) {
                    Files.copy(tar, binary, StandardCopyOption.REPLACE_EXISTING);
                    return;
                }
            }
        }
        throw new IOException("there is no " + member + " in it");
    }

    /** A deb is an ar archive; its data.tar is packed by one of several programs, which tar knows. */
    private void fromDeb(Path archive, String member, Path binary) throws IOException {
        Path data = archive.resolveSibling(archive.getFileName() + ".data.tar");
        Path tree = Files.createDirectories(archive.resolveSibling(archive.getFileName() + ".tree"));
        try {
            copyData(archive, data);
            Outcome outcome = local.run(
                    Command.of("tar", "-xf", data.toString(), "-C", tree.toString(), "--no-same-owner", "./" + member));
            if (!outcome.ok()) {
                throw new IOException(outcome.err().strip());
            }
            Files.move(tree.resolve(member), binary, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(data);
            CacheFiles.deleteTree(tree);
        }
    }

    private static void copyData(Path archive, Path data) throws IOException {
        try (ArArchiveInputStream ar =
                new ArArchiveInputStream(new BufferedInputStream(Files.newInputStream(archive)))) {
            for (ArchiveEntry entry = ar.getNextEntry(); entry != null; entry = ar.getNextEntry()) {
                if (entry.getName().startsWith("data.tar")) {
                    Files.copy(ar, data, StandardCopyOption.REPLACE_EXISTING);
                    return;
                }
            }
        }
        throw new IOException("there is no data.tar in it");
    }
}
