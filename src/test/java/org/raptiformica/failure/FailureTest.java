package org.raptiformica.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class FailureTest {

    private static Failure of(IOException problem) {
        return Failure.of("box", new UncheckedIOException(problem));
    }

    @Test
    @DisplayName("a failure stays what it is")
    void itself() {
        StepFailed failure = new StepFailed("a", "b", "c");
        assertThat(Failure.of("box", failure)).isSameAs(failure);
    }

    @Test
    @DisplayName("trouble with a file is told for people, of whom none knows Java's words")
    void files() {
        assertThat(of(new NoSuchFileException("/a/b")).message()).startsWith("/a/b: there is no such file");
        assertThat(of(new AccessDeniedException("/a/b")).message()).startsWith("/a/b: permission denied");
        assertThat(of(new FileSystemException("/a/b", null, "No space left on device"))
                        .message())
                .startsWith("/a/b: No space left on device")
                .contains("Make room");
        assertThat(of(new IOException("No space left on device")).message())
                .startsWith("box: No space left on device")
                .contains("Make room");
    }

    @Test
    @DisplayName("anything else is a defect, which keeps what was thrown")
    void defect() {
        IllegalStateException thrown = new IllegalStateException("no verb");
        Failure failure = Failure.of("box", thrown);
        assertThat(failure).isInstanceOf(Defect.class).hasCause(thrown);
        assertThat(failure.message()).contains("box: this is a defect of raptiformica", "--verbose");
    }
}
