package org.raptiformica.provision.upload;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.raptiformica.failure.PrerequisiteMissing;
import org.raptiformica.provision.artifact.Sha256;

/**
 * The program with its runtime, packed for one platform.
 *
 * @param sha256 of the file, in hex digits
 * @param id its name on a node, 16 hex digits: that of the same program built anew, whose start-up cache is another one
 */
public record ProgramArchive(Path file, String sha256, String id) {

    /** An archive at a known place. */
    public static ProgramArchive of(Path file) {
        try {
            Path sum = file.resolveSibling(file.getFileName() + ".sha256");
            // The machine checks what arrives, so the sum that the build wrote need not be computed again.
            String recorded = Files.exists(sum) ? Files.readString(sum) : "";
            String sha256 = recorded.matches("(?s)[0-9a-f]{64}  .*") ? recorded.substring(0, 64) : Sha256.of(file);
            Path named = file.resolveSibling(file.getFileName() + ".id");
            return new ProgramArchive(
                    file, sha256, Files.exists(named) ? Files.readString(named).strip() : sha256.substring(0, 16));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The newest {@code raptiformica-<version>-<platform>.tar.gz} in a directory.
     *
     * @throws PrerequisiteMissing when there is none
     */
    public static ProgramArchive find(Path directory, String platform) {
        return newest(directory, platform)
                .map(ProgramArchive::of)
                .orElseThrow(() -> new PrerequisiteMissing(
                        directory.toString(),
                        "there is no program for machines of platform " + platform,
                        "Run `make dist` on a machine of that platform and put what it makes in that directory."));
    }

    private static Optional<Path> newest(Path directory, String platform) {
        if (!Files.isDirectory(directory)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> named(file, platform)).max((a, b) -> Long.compare(modified(a), modified(b)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean named(Path file, String platform) {
        String name = file.getFileName().toString();
        return name.startsWith("raptiformica-") && name.endsWith("-" + platform + ".tar.gz");
    }

    private static long modified(Path file) {
        return file.toFile().lastModified();
    }
}
