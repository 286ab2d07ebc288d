package org.raptiformica.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.raptiformica.cluster.journey.Progress;

class TerminalProgressTest {

    private static final Pattern UP_OR_LINE = Pattern.compile("\u001b\\[1A\u001b\\[2K|\r|([^\n\r\u001b]*)\n");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private TerminalProgress progress(int rows, int columns) {
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        return new TerminalProgress(stream, Verbosity.NORMAL, new TerminalSize(rows, columns));
    }

    /** What a person sees at last, scrolled lines included; only lines that are still on the screen can be painted over. */
    private List<String> seen(int rows) {
        List<String> lines = new ArrayList<>();
        int cursor = 0;
        Matcher next = UP_OR_LINE.matcher(out.toString(StandardCharsets.UTF_8));
        while (next.find()) {
            if (next.group().startsWith("\u001b")) {
                cursor = Math.max(cursor - 1, Math.max(0, lines.size() - rows + 1));
            } else if (next.group(1) != null) {
                if (cursor < lines.size()) {
                    lines.subList(cursor, lines.size()).clear();
                }
                lines.add(next.group(1).strip());
                cursor++;
            }
        }
        return lines;
    }

    @Test
    @DisplayName("a machine has one line, however often and with whatever it changes")
    void oneLineAMachine() {
        try (TerminalProgress progress = progress(24, 80)) {
            Progress.Track track = progress.track("box");
            track.step("upload");
            track.detail("12 of 40 MB\r\u001b[K");
            track.failed("the step failed:\nand said a lot");
        }
        assertThat(seen(24)).singleElement().asString().endsWith("✗ the step failed:");
    }

    @Test
    @DisplayName("what a bootstrap printed last is seen above its machine's line when it failed, and only then")
    void lastWords() {
        try (TerminalProgress progress = progress(24, 80)) {
            Progress.Track well = progress.track("well");
            well.step("provision headless");
            well.printed("all is well");
            well.done("provisioned");
            Progress.Track box = progress.track("box");
            box.step("provision headless");
            for (int line = 1; line <= 40; line++) {
                box.printed("line " + line);
            }
            box.failed("it failed");
            box.warn("a hook failed");
        }
        assertThat(seen(24))
                .contains("[box] line 31", "[box] line 40", "[box] warning: a hook failed")
                .doesNotContain("[box] line 30", "[well] all is well");
    }

    @Test
    @DisplayName("more machines than the terminal has rows end with one line each")
    void moreMachinesThanRows() {
        int machines = 9;
        try (TerminalProgress progress = progress(5, 80)) {
            List<Progress.Track> tracks = new ArrayList<>();
            for (int i = 0; i < machines; i++) {
                tracks.add(progress.track("box" + i));
            }
            assertThat(seen(5)).hasSize(4).last().asString().contains("and 6 more");
            tracks.forEach(track -> track.step("upload"));
            tracks.forEach(track -> track.done("whole"));
        }
        assertThat(seen(5)).hasSize(machines).allMatch(line -> line.endsWith("✓ whole"));
    }

    @Test
    @DisplayName("a line is cut to the width of the terminal, of which 0 columns are none")
    void width() {
        assertThat(TerminalSize.parse("10 60\n")).isEqualTo(new TerminalSize(10, 60));
        assertThat(TerminalSize.parse("0 0\n")).isEqualTo(new TerminalSize(24, 80));
        assertThat(TerminalSize.parse("stty: no terminal")).isEqualTo(new TerminalSize(24, 80));
        try (TerminalProgress progress = progress(24, 40)) {
            progress.track("box").failed("x".repeat(200));
        }
        assertThat(seen(24)).singleElement().asString().hasSizeLessThan(40);
    }
}
