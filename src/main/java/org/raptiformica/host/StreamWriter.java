package org.raptiformica.host;

import java.io.IOException;
import java.io.OutputStream;

/** Writes what a command reads on its standard input. */
@FunctionalInterface
public interface StreamWriter {

    /**
     * Writes everything to {@code out}, which the caller closes. Runs on a thread of its own, which is interrupted when
     * the command ends before it has read all.
     */
    void writeTo(OutputStream out) throws IOException;
}
