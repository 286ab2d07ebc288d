package org.raptiformica.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.raptiformica.cluster.journey.Progress;

class PlainProgressTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private Progress.Track track(Verbosity verbosity) {
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        Progress.Track track = new PlainProgress(stream, verbosity).track("box");
        track.step("provision headless");
        return track;
    }

    private List<String> said() {
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    @DisplayName("what a bootstrap prints is streamed with the machine's name, and what went wrong is told")
    void streamed() {
        Progress.Track track = track(Verbosity.NORMAL);
        track.printed("unpacking");
        track.warn("a hook failed");
        track.output("more than most want to know");

        assertThat(said())
                .contains("[box] unpacking", "[box] warning: a hook failed")
                .hasSize(3);
    }

    @Test
    @DisplayName("a bootstrap that prints without end is cut off, unless all of it is asked for")
    void endless() {
        Progress.Track track = track(Verbosity.NORMAL);
        for (int line = 0; line < 5000; line++) {
            track.printed("line");
        }
        assertThat(said()).hasSizeLessThan(1100).last().asString().contains("--verbose");

        track.step("provision again");
        track.printed("another one");
        assertThat(said()).endsWith("[box] another one");

        Progress.Track verbose = track(Verbosity.VERBOSE);
        for (int line = 0; line < 5000; line++) {
            verbose.printed("all lines");
        }
        assertThat(said()).filteredOn("[box] all lines"::equals).hasSize(5000);
    }

    @Test
    @DisplayName("a quiet command says nothing of it")
    void quiet() {
        Progress.Track track = track(Verbosity.QUIET);
        track.printed("unpacking");
        track.warn("a hook failed");

        assertThat(said()).isEmpty();
    }
}
