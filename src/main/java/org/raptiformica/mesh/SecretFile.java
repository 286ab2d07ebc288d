package org.raptiformica.mesh;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import org.raptiformica.failure.StepFailed;

/** An engine's configuration file: it holds a private key, so that only its owner may read it, and is never half written. */
public record SecretFile(Path path) {

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    /** What is in the file; empty where there is none. */
    public Optional<String> read() {
        try {
            return Optional.of(new String(Files.readAllBytes(path), StandardCharsets.UTF_8));
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        } catch (IOException failure) {
            throw failed("cannot be read", failure);
        }
    }

    /**
     * Gives the file this content, whole or not at all, and mode 0600, whatever happens.
     *
     * @return whether that changed its content
     */
    public boolean write(String content) {
        try {
            if (read().equals(Optional.of(content))) {
                Files.setPosixFilePermissions(path, OWNER_ONLY);
                return false;
            }
            replace(content);
            return true;
        } catch (IOException failure) {
            throw failed("cannot be written", failure);
        }
    }

    private void replace(String content) throws IOException {
        Path directory = Files.createDirectories(
                Optional.ofNullable(path.toAbsolutePath().getParent()).orElse(path));
        Path whole = Files.createTempFile(
                directory, "." + path.getFileName(), ".new", PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        try {
            try (FileChannel channel = FileChannel.open(whole, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(whole, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(whole);
        }
    }

    private StepFailed failed(String what, IOException cause) {
        StepFailed failure = new StepFailed(
                path.toString(), what + ": " + cause, "See that the disk is not full and that you are root.");
        failure.initCause(cause);
        return failure;
    }
}
