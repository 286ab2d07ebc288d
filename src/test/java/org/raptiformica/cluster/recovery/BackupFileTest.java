package org.raptiformica.cluster.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.raptiformica.config.Mapping;
import org.raptiformica.failure.BadData;

class BackupFileTest {

    private static final Instant DATE = Instant.parse("2026-11-24T01:00:00Z");
    private static final Mapping CONFIG = Mapping.of(Map.of("raptiformica/server/headless/a", "b"));

    @TempDir
    Path directory;

    private final byte[] snapshot = new byte[20_000];
    private Path file = Path.of("backup");

    @BeforeEach
    void aBackupIsWritten() {
        new Random(1).nextBytes(snapshot);
        file = directory.resolve("backup");
        new BackupFile(DATE, "0123456789abcdef", CONFIG, snapshot).write(file);
    }

    @Test
    void whatWasWrittenIsRead() {
        BackupFile read = BackupFile.read(file);
        assertThat(read.date()).isEqualTo(DATE);
        assertThat(read.cluster()).isEqualTo("0123456789abcdef");
        assertThat(read.config()).isEqualTo(CONFIG);
        assertThat(read.snapshot()).isEqualTo(snapshot);
    }

    @Test
    void aFileThatIsCutShortAnywhereIsRefused() throws IOException {
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length += 997) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> BackupFile.read(file))
                    .as("cut to " + length + " bytes")
                    .isInstanceOf(BadData.class);
        }
    }

    @Test
    void aFileWithOneOtherByteIsRefused() throws IOException {
        byte[] whole = Files.readAllBytes(file);
        for (int at = whole.length - 9; at > 10; at -= 997) {
            byte[] other = whole.clone();
            other[at] ^= 0x55;
            Files.write(file, other);
            assertThatThrownBy(() -> BackupFile.read(file))
                    .as("byte " + at + " changed")
                    .isInstanceOf(BadData.class);
        }
    }

    @Test
    void aFileThatIsNoneIsRefused() throws IOException {
        Files.writeString(file, "{}");
        assertThatThrownBy(() -> BackupFile.read(file)).isInstanceOf(BadData.class);
        assertThatThrownBy(() -> BackupFile.read(directory.resolve("absent"))).isInstanceOf(BadData.class);
    }
}
