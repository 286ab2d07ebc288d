package org.raptiformica.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.raptiformica.config.CacheFiles;

/** A server's copy of the store, moved out of Consul's way. */
class RaftDataTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private Path data = Path.of("/");

    @BeforeEach
    void aCopy() throws IOException {
        data = directory.resolve("consul");
        write("of now");
    }

    private void write(String content) throws IOException {
        Files.createDirectories(data.resolve("raft"));
        Files.writeString(data.resolve("raft/raft.db"), content);
    }

    @Test
    @DisplayName("data is moved aside, whole")
    void setAside() {
        RaftData raft = new RaftData(data, directory.resolve("aside"));

        Optional<Path> place = raft.setAside(NOW);

        assertThat(place).contains(directory.resolve("aside/raft-20260102T030405.000Z"));
        assertThat(place.orElseThrow().resolve("raft.db")).hasContent("of now");
        assertThat(raft.present()).isFalse();
    }

    @Test
    @DisplayName("where Consul's directory is a file system of its own, data is moved aside within it")
    void setAsideOnItsOwnFileSystem() throws IOException {
        Path elsewhere = otherFileSystem();
        try {
            RaftData raft = new RaftData(data, elsewhere);

            Optional<Path> place = raft.setAside(NOW);

            assertThat(place.orElseThrow().resolve("raft.db")).hasContent("of now");
            assertThat(place.orElseThrow()).startsWithRaw(data);
            assertThat(raft.present()).isFalse();
            assertThat(raft.keepNewest(0)).as("copies deleted").isEqualTo(1);
        } finally {
            CacheFiles.deleteTree(elsewhere);
        }
    }

    private Path otherFileSystem() throws IOException {
        Path memory = Path.of("/dev/shm");
        assumeTrue(Files.isWritable(memory) && !Files.getFileStore(memory).equals(Files.getFileStore(directory)));
        return Files.createTempDirectory(memory, "raptiformica-test");
    }

    @Test
    @DisplayName("of old copies the newest are kept")
    void keepNewest() throws IOException {
        RaftData raft = new RaftData(data, directory.resolve("aside"));
        for (int i = 0; i < 5; i++) {
            write("of " + i);
            raft.setAside(NOW.plusSeconds(i));
        }
        Files.createDirectories(directory.resolve("aside/of-a-person"));

        assertThat(raft.keepNewest(3)).isEqualTo(2);

        try (Stream<Path> left = Files.list(directory.resolve("aside"))) {
            assertThat(left.map(path -> path.getFileName().toString()).sorted())
                    .containsExactly(
                            "of-a-person",
                            "raft-20260102T030407.000Z",
                            "raft-20260102T030408.000Z",
                            "raft-20260102T030409.000Z");
        }
    }
}
