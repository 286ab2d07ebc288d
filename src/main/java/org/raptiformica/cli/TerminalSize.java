package org.raptiformica.cli;

import java.util.Optional;

/** How wide the terminal is. */
final class TerminalWidth {

    private static final int USUAL = 80;

    private TerminalWidth() {}

    /** What the launcher learned from the terminal; 80 where it could not. */
    static int current() {
        return Optional.ofNullable(System.getenv("RAPTIFORMICA_COLUMNS"))
                .filter(text -> text.matches("[0-9]{2,4}"))
                .map(Integer::parseInt)
                .orElse(USUAL);
    }
}
