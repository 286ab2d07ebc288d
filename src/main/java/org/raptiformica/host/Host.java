package org.raptiformica.host;

import java.nio.file.Path;
import java.util.Optional;

/** A machine that runs commands. Thread-safe: any number of commands may run at once. */
public interface Host {

    /** What people call this machine; for messages. */
    String name();

    /**
     * Runs a command to its end, which is the end of the program itself: what it left running in the background does
     * not hold the call up, and loses its output. Where there is no such program the exit code is 127, where it may not
     * be executed 126, as a shell has it.
     *
     * @throws org.raptiformica.failure.StepFailed when it overruns its limit; it has been killed then, with all that it
     *     started
     * @throws org.raptiformica.failure.MachineUnreachable when the connection to the machine is lost
     * @throws java.util.concurrent.CancellationException when the calling thread is interrupted; the command has been
     *     killed then and the thread's interrupt status is set
     */
    default Outcome run(Command command) {
        return run(command, line -> {});
    }

    /** Like {@link #run(Command)}, and {@code live} hears each line that the command prints, as it is printed. */
    Outcome run(Command command, LineListener live);

    /**
     * A UNIX socket here whose connections lead to one on that machine. That is no promise: who connects is hung up on
     * where nothing listens over there, or where the machine does not let it happen.
     *
     * @throws org.raptiformica.failure.MachineUnreachable when the connection to the machine is lost
     */
    default Optional<Path> forwarded(Path socket) {
        return Optional.empty();
    }

    /**
     * Sees whether the connection that was used last is still there.
     *
     * @throws org.raptiformica.failure.MachineUnreachable when it is lost
     */
    default void requireConnection() {}
}
