package org.raptiformica.agent.replica;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/**
 * A directory in memory, where the system has a place for such: a cache waits for the disk at each write, thousands of
 * times in a test of many writes that proves nothing about disks.
 */
final class MemoryDirectory implements TempDirFactory {

    private static final Path IN_MEMORY = Path.of("/dev/shm");

    @Override
    public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext test) throws IOException {
        return Files.isWritable(IN_MEMORY)
                ? Files.createTempDirectory(IN_MEMORY, "raptiformica-test")
                : Files.createTempDirectory("raptiformica-test");
    }
}
