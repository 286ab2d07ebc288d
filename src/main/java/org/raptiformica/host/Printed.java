package org.raptiformica.host;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What a process prints on one stream: its last mebibyte kept, each line told as it comes. */
final class Printed {

    private static final int KEPT = 1024 * 1024;
    private static final int LONGEST_LINE = 64 * 1024;

    private final LineListener live;
    private byte[] bytes = new byte[4096];
    private int length;
    private byte[] line = new byte[256];
    private int lineLength;
    private String lastLine = "";

    Printed(LineListener live) {
        this.live = live;
    }

    void add(byte[] more, int count) {
        keep(more, count);
        for (int i = 0; i < count; i++) {
            if (more[i] == '\n' || lineLength == LONGEST_LINE) {
                tellLine();
            }
            if (more[i] != '\n') {
                if (lineLength == line.length) {
                    line = Arrays.copyOf(line, 2 * lineLength);
                }
                line[lineLength++] = more[i];
            }
        }
    }

    /** Tells a last line that has no line end. */
    void end() {
        if (lineLength > 0) {
            tellLine();
        }
    }

    String text() {
        int from = Math.max(0, length - KEPT);
        // Not in the middle of a character: bytes 10xxxxxx go on with one that is cut away.
        while (from > 0 && from < length && (bytes[from] & 0xC0) == 0x80) {
            from++;
        }
        return new String(bytes, from, length - from, StandardCharsets.UTF_8);
    }

    String lastLine() {
        return lastLine;
    }

    private void keep(byte[] more, int count) {
        if (length + count > 2 * KEPT) {
            System.arraycopy(bytes, length - KEPT, bytes, 0, KEPT);
            length = KEPT;
        }
        if (length + count > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(length + count, Math.min(2 * bytes.length, 2 * KEPT)));
        }
        System.arraycopy(more, 0, bytes, length, count);
        length += count;
    }

    /** A progress bar overwrites its line with carriage returns: what stands there at last counts. */
    private void tellLine() {
        String text = new String(line, 0, lineLength, StandardCharsets.UTF_8).stripTrailing();
        lineLength = 0;
        text = text.substring(text.lastIndexOf('\r') + 1);
        if (!text.isEmpty()) {
            lastLine = text;
        }
        live.line(text);
    }
}
