package org.raptiformica.provision.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A running process. Number and start together tell it from all others, also after its number was given to another.
 *
 * @param pid its number
 * @param start when it started, in clock ticks since boot: field 22 of {@code /proc/PID/stat} (proc(5))
 */
public record ProcessState(long pid, long start) {

    /** The process that has this number now; a zombie is none. */
    static Optional<ProcessState> of(long pid) {
        return stat(pid)
                .filter(fields -> !fields[0].equals("Z") && !fields[0].equals("X"))
                .map(fields -> new ProcessState(pid, Long.parseLong(fields[19])));
    }

    /** The fields from the third on: the second, the name, may hold anything up to the last parenthesis. */
    private static Optional<String[]> stat(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return Optional.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The process that a pid file, {@code PID START}, tells of, if it still runs. */
    static Optional<ProcessState> recorded(Path pidFile) {
        try {
            String[] fields = Files.readString(pidFile).strip().split(" ", -1);
            ProcessState recorded = new ProcessState(Long.parseLong(fields[0]), Long.parseLong(fields[1]));
            return of(recorded.pid()).filter(recorded::equals);
        } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    /** Whether it was stopped by a signal and waits to be continued. */
    public boolean stopped() {
        return runs() && stat(pid).filter(fields -> fields[0].equals("T")).isPresent();
    }

    boolean runs() {
        return of(pid).filter(this::equals).isPresent();
    }
}
