package org.raptiformica.cli;

import java.time.Duration;

/**
 * Ctrl-C and TERM: the command is interrupted and given time to tidy up what it had half made, then the process ends.
 */
final class Interruption {

    private static final Duration TIDYING = Duration.ofSeconds(30);

    private final Thread command;
    private volatile boolean over;
    private volatile boolean happened;

    private Interruption(Thread command) {
        this.command = command;
    }

    /** Interrupts the given thread, which runs the command, when the process is told to end. */
    static Interruption install(Thread command) {
        Interruption interruption = new Interruption(command);
        Runtime.getRuntime().addShutdownHook(new Thread(interruption::stop, "interruption"));
        return interruption;
    }

    /** The command is done: ending the process is no interruption any more. */
    void over() {
        over = true;
    }

    boolean happened() {
        return happened;
    }

    private void stop() {
        if (over) {
            return;
        }
        happened = true;
        command.interrupt();
        try {
            command.join(TIDYING);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
