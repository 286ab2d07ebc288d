package org.raptiformica.host;

/**
 * How a command ended.
 *
 * @param exitCode what it exited with; 128 and the number of the signal where one killed it
 * @param out the last 1 MiB that it printed on standard output, as UTF-8
 * @param err the last 1 MiB that it printed on standard error, as UTF-8
 */
public record Outcome(int exitCode, String out, String err) {

    /** Whether the command succeeded. */
    public boolean ok() {
        return exitCode == 0;
    }
}
