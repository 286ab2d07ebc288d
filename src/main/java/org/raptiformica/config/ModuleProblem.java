package org.raptiformica.config;

import java.nio.file.Path;

/**
 * Something in a module that is not as it has to be. It is left out and all else is loaded.
 *
 * @param file the module file, or the directory that cannot be read
 * @param at the JSON path, empty where the whole file is meant
 * @param found what is there
 * @param expected what should be there
 */
public record ModuleProblem(Path file, String at, String found, String expected) {

    /** All of it in one line. */
    public String message() {
        return "%s: found %s%s, expected %s".formatted(file, found, at.isEmpty() ? "" : " at " + at, expected);
    }
}
