package org.raptiformica.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretFileTest {

    @TempDir
    Path directory;

    @Test
    @DisplayName("it is written with its directory, only its owner may read it, and nothing else stays behind")
    void written() throws IOException {
        SecretFile file = new SecretFile(directory.resolve("etc/engine.conf"));
        assertThat(file.read()).isEmpty();
        assertThat(file.write("one")).isTrue();
        assertThat(file.read()).contains("one");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.path())))
                .isEqualTo("rw-------");
        try (Stream<Path> files = Files.list(directory.resolve("etc"))) {
            assertThat(files).containsExactly(file.path());
        }
    }

    @Test
    @DisplayName("the same content again changes nothing but a mode that was too open")
    void unchanged() throws IOException {
        SecretFile file = new SecretFile(directory.resolve("engine.conf"));
        file.write("one");
        Files.setPosixFilePermissions(file.path(), PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(file.write("one")).isFalse();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.path())))
                .isEqualTo("rw-------");
    }
}
