package org.raptiformica.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Programs of the machine that the tests run on. */
final class Local {

    private Local() {}

    /** Runs one that has to succeed; what it says goes where the test's own output goes. */
    static void run(String... words) {
        try {
            Process process = new ProcessBuilder(words).inheritIO().start();
            assertThat(process.waitFor()).as(String.join(" ", words)).isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
