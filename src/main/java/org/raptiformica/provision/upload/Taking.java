package org.raptiformica.provision.upload;

import java.io.OutputStream;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.raptiformica.host.LineListener;

/** What {@code receive.sh} tells about how far it has read, passed on to the stream that is sent. */
final class Taking implements LineListener {

    private static final Pattern TAKEN = Pattern.compile("tar: taken (\\d{1,12})");
    private static final String UNTOLD = "untold";
    private static final int RECORD = 10 * 1024;

    private Optional<PacedStream> paced = Optional.empty();
    private boolean untold;

    /** Whether a line tells that, and nothing that people want to read. */
    static boolean isOne(String line) {
        return line.equals(UNTOLD) || TAKEN.matcher(line).matches();
    }

    /** The way to the machine, heeding what is heard. */
    synchronized OutputStream paced(OutputStream out) {
        PacedStream stream = new PacedStream(out);
        if (untold) {
            stream.untold();
        }
        paced = Optional.of(stream);
        return stream;
    }

    @Override
    public synchronized void line(String text) {
        untold |= text.equals(UNTOLD);
        Matcher taken = TAKEN.matcher(text);
        if (taken.matches()) {
            paced.ifPresent(stream -> stream.taken(Long.parseLong(taken.group(1)) * RECORD));
        } else if (untold) {
            paced.ifPresent(PacedStream::untold);
        }
    }
}
