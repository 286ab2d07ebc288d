package org.raptiformica.provision.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackedTreeTest {

    @TempDir
    Path work;

    private Path tree = Path.of("");
    private Path unpacked = Path.of("");

    @BeforeEach
    void aTree() throws IOException {
        tree = Files.createDirectories(work.resolve("tree"));
        unpacked = Files.createDirectories(work.resolve("unpacked"));
        Files.createDirectories(tree.resolve("a/.git"));
        Files.writeString(tree.resolve("a/.git/HEAD"), "ref");
        Files.writeString(tree.resolve("a/script"), "#!/bin/sh\n");
        Files.setPosixFilePermissions(tree.resolve("a/script"), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createSymbolicLink(tree.resolve("link"), Path.of("a/script"));
    }

    private Path packed(Path directory) throws IOException {
        Path archive = Files.createTempFile(work, "packed", ".tar.gz");
        PackedTree.write(directory, ".git"::equals, archive);
        return archive;
    }

    @Test
    void unpacksWhatWasPacked() throws IOException {
        PackedTree.unpack(packed(tree), unpacked);

        assertThat(unpacked.resolve("a/script")).hasContent("#!/bin/sh\n").isExecutable();
        assertThat(Files.readSymbolicLink(unpacked.resolve("link"))).hasToString("a/script");
        assertThat(unpacked.resolve("a/.git")).doesNotExist();
    }

    @Test
    void packsTheSameAgainAfterUnpacking() throws IOException {
        Path first = packed(tree);
        PackedTree.unpack(first, unpacked);

        assertThat(packed(unpacked)).hasSameBinaryContentAs(first);
    }

    @Test
    void packsWhatALinkLeadsTo() throws IOException {
        Path link = Files.createSymbolicLink(work.resolve("to-tree"), tree);

        assertThat(packed(link)).hasSameBinaryContentAs(packed(tree));
    }

    @Test
    void letsNothingOutsideOfTheDirectory() throws IOException {
        Path archive = work.resolve("evil.tar.gz");
        try (TarArchiveOutputStream tar =
                new TarArchiveOutputStream(new GZIPOutputStream(Files.newOutputStream(archive)))) {
            TarArchiveEntry link = new TarArchiveEntry("out", TarConstants.LF_SYMLINK);
            link.setLinkName(work.toString());
            tar.putArchiveEntry(link);
            tar.closeArchiveEntry();
            byte[] content = "x".getBytes(StandardCharsets.UTF_8);
            TarArchiveEntry file = new TarArchiveEntry("out/evil");
            file.setSize(content.length);
            tar.putArchiveEntry(file);
            tar.write(content);
            tar.closeArchiveEntry();
        }

        assertThatThrownBy(() -> PackedTree.unpack(archive, unpacked)).hasMessageContaining("out/evil");
        assertThat(work.resolve("evil")).doesNotExist();
    }
}
