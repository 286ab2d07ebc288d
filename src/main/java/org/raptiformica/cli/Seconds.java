package org.raptiformica.cli;

import java.time.Duration;
import java.util.Locale;

/** How durations are shown to people. */
final class Seconds {

    private Seconds() {}

    static String text(Duration duration) {
        return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
    }
}
