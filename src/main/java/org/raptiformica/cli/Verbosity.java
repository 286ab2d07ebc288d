package org.raptiformica.cli;

/** How much is said besides the result. */
enum Verbosity {
    QUIET,
    NORMAL,
    VERBOSE
}
