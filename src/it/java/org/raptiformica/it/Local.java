package org.raptiformica.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Programs of the machine that the tests run on. */
final class Local {

    private Local() {}

    /** The command lines of running processes that name a directory. */
    static List<String> processesNaming(Path directory) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.pid() != ProcessHandle.current().pid())
                .flatMap(process -> process.info().commandLine().stream())
                .filter(line -> line.contains(directory.toString()))
                .toList();
    }

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

    /** What a shell pipeline prints that has to succeed. */
    static String shell(String script) {
        return said(List.of("sh", "-c", script));
    }

    /** What a program prints that has to succeed, within a minute of it falling silent. */
    static String said(List<String> words) {
        try {
            Process process =
                    new ProcessBuilder(words).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(60, TimeUnit.SECONDS))
                    .as(words + " ended")
                    .isTrue();
            assertThat(process.exitValue()).as(words + " said " + out).isZero();
            return out.strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
