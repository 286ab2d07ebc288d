package org.raptiformica.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/**
 * One command. The options are declared with picocli's programmatic model, not with its annotations: reading those costs
 * more than the rest of the start-up together.
 */
interface Verb {

    /** The name, the options and the help, without the options that all commands have. */
    CommandSpec spec();

    /** Does what was asked and returns the exit code of the process; failures are thrown. */
    int run(ParseResult arguments, Session session);
}
