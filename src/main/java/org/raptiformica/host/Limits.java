package org.raptiformica.host;

import java.time.Duration;
import java.util.Locale;

/** How a duration is told to people. */
final class Limits {

    private Limits() {}

    /** In seconds, without needless digits: {@code 0.2 s}, {@code 60 s}. */
    static String text(Duration duration) {
        long millis = duration.toMillis();
        return millis % 1000 == 0
                ? "%d s".formatted(millis / 1000)
                : String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
    }
}
