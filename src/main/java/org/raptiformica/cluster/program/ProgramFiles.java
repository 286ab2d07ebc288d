package org.raptiformica.cluster.program;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The program's own files: a distribution, wherever it was put.
 *
 * @param home its directory
 */
public record ProgramFiles(Path home) {

    /** The distribution that this process runs from; the launcher says where that is. */
    public static ProgramFiles ofThisProcess() {
        return new ProgramFiles(Path.of(System.getProperty("raptiformica.home", "."))
                .toAbsolutePath()
                .normalize());
    }

    /** The built-in modules. */
    public Path modules() {
        return home.resolve("modules");
    }

    /** The modules that it brings and that are active only once they are installed. */
    public Path availableModules() {
        return home.resolve("modules-available");
    }

    /** The archives of the program that are sent to machines. */
    public Path archives() {
        return home.resolve("archive");
    }

    /**
     * Which program this is, 16 hex digits, whatever start-up cache it has. On a node that is the name of the directory
     * it was unpacked to; where it was built it lies beside the archive.
     */
    public String id() {
        try {
            String name = String.valueOf(home.toRealPath().getFileName());
            return name.matches("[0-9a-f]{16}") ? name : idBesideArchive();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String idBesideArchive() throws IOException {
        try (Stream<Path> files = Files.list(archives())) {
            Path id = files.filter(file -> file.toString().endsWith(".id"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("no .id in " + archives()));
            return Files.readString(id).strip();
        }
    }
}
