package org.raptiformica.host;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The kernel's word that an address of this machine came or went, as {@code ip monitor} of iproute2 passes it on: Java
 * itself opens no netlink socket without native access, which would cost an agent some megabytes. Not thread-safe.
 */
public final class AddressEvents implements AutoCloseable {

    /** Its standard input is a pipe from here: however this process ends, the monitor ends with it. */
    private static final List<String> MONITOR = List.of(
            "sh", "-c", "exec 3<&0; (read -r _ <&3; kill $$) >/dev/null & exec ip -o monitor address 3<&- </dev/null");

    private final Process process;
    private final BufferedReader events;

    private AddressEvents(Process process) {
        this.process = process;
        this.events = process.inputReader(StandardCharsets.UTF_8);
    }

    /** Begins to listen. Where there is no such program the first {@link #next} says so. */
    public static AddressEvents begin() {
        try {
            return new AddressEvents(
                    new ProcessBuilder(MONITOR).redirectError(Redirect.DISCARD).start());
        } catch (IOException noShell) {
            throw new UncheckedIOException(noShell);
        }
    }

    /** Waits for the next event; false where there will be none any more. No interrupt ends it, closing does. */
    public boolean next() {
        try {
            return events.readLine() != null;
        } catch (IOException closed) {
            return false;
        }
    }

    @Override
    public void close() {
        try {
            process.getOutputStream().close();
        } catch (IOException ended) {
            process.destroy();
        }
    }
}
