package org.raptiformica.consul;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as Go writes them: {@code 1h2m3.5s}, {@code 10ms}. */
final class GoDuration {

    private static final Pattern PART = Pattern.compile("(\\d+(?:\\.\\d+)?)(ns|us|µs|ms|s|m|h)");

    private GoDuration() {}

    static Duration parse(String text) {
        Matcher parts = PART.matcher(text);
        Duration sum = Duration.ZERO;
        int end = 0;
        while (parts.find() && parts.start() == end) {
            end = parts.end();
            sum = sum.plusNanos(new BigDecimal(String.valueOf(parts.group(1)))
                    .multiply(BigDecimal.valueOf(nanos(String.valueOf(parts.group(2)))))
                    .longValue());
        }
        if (end != text.length() || text.isEmpty()) {
            throw new IllegalArgumentException("'" + text + "' is no duration");
        }
        return sum;
    }

    private static long nanos(String unit) {
        return switch (unit) {
            case "h" -> Duration.ofHours(1).toNanos();
            case "m" -> Duration.ofMinutes(1).toNanos();
            case "s" -> 1_000_000_000L;
            case "ms" -> 1_000_000L;
            case "us", "µs" -> 1_000L;
            default -> 1L;
        };
    }
}
