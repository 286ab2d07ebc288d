package org.raptiformica.host;

/** Hears each line that a command prints, on standard output and on standard error, while it runs. */
@FunctionalInterface
public interface LineListener {

    /** Called from the thread that runs the command, one line at a time, without its line end. */
    void line(String text);
}
