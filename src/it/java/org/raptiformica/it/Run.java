package org.raptiformica.it;

import java.time.Duration;
import java.util.List;

/** How a run of the program ended. */
record Run(List<String> words, int exitCode, String out, String err, Duration time) {

    /** Everything that a person would have seen, for failure messages. */
    String told() {
        return "`" + String.join(" ", words) + "` ended with " + exitCode + " after " + time.toMillis()
                + " ms\n--- out\n" + out + "--- err\n" + err;
    }
}
