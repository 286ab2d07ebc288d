package org.raptiformica.provision.service;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/** The log of a service: mode 0640, with at most one older part beside it, {@code .1}. */
final class LogFile {

    private static final String MODE = "rw-r-----";

    private LogFile() {}

    /** Makes it where it is missing. */
    static void ensure(Path log) {
        try {
            Files.createDirectories(log.getParent());
            Files.createFile(log, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(MODE)));
        } catch (FileAlreadyExistsException e) {
            // As it should be.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Starts it anew when it is larger than {@code limit} bytes. The service has it open for appending and goes on
     * writing, so it is copied and cut rather than renamed; lines written in that moment are lost. On a full disk there
     * is no room for the copy: the log is cut without.
     */
    static void bound(Path log, long limit) {
        try {
            if (!Files.exists(log) || Files.size(log) <= limit) {
                return;
            }
            Path older = log.resolveSibling(log.getFileName() + ".1");
            keep(log, older);
            try (FileChannel channel = FileChannel.open(log, StandardOpenOption.WRITE)) {
                channel.truncate(0);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void keep(Path log, Path older) throws IOException {
        try {
            Files.copy(log, older, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
        } catch (IOException noRoom) {
            Files.deleteIfExists(older);
        }
    }
}
