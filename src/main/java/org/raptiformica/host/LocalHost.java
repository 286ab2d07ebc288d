package org.raptiformica.host;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/** This machine. */
public final class LocalHost implements Host {

    private static final int NO_SUCH_PROGRAM = 127;
    private static final int NOT_EXECUTABLE = 126;
    private static final Pattern NO_ENTRY = Pattern.compile("error(=|: )2\\b");
    private static final Pattern NO_PERMISSION = Pattern.compile("error(=|: )13\\b");
    private static final Pattern BUSY = Pattern.compile("error(=|: )26\\b");
    private static final Duration BUSY_LIMIT = Duration.ofSeconds(2);
    private static final Duration BUSY_PAUSE = Duration.ofMillis(10);

    @Override
    public String name() {
        return "this machine";
    }

    @Override
    public Outcome run(Command command, LineListener live) {
        return run(command, live, new Label(name(), command), () -> {});
    }

    /**
     * Runs a command that is a part of another one, as ssh is of a command on a machine behind it.
     *
     * @param label how the command is called in messages
     * @param beforeKill done before the process is killed, if it is
     */
    Outcome run(Command command, LineListener live, Label label, Runnable beforeKill) {
        if (command.directory()
                .filter(directory -> !Files.isDirectory(directory))
                .isPresent()) {
            return failed(
                    NO_SUCH_PROGRAM, "no such directory: " + command.directory().get());
        }
        Process process;
        try {
            process = start(command);
        } catch (IOException problem) {
            return whyNotStarted(command, problem);
        }
        return new RunningProcess(process, label, command.limit(), live, beforeKill).toItsEnd(writer(command.input()));
    }

    /**
     * A program that was written a moment ago may still be open for writing in a process that another thread was starting
     * just then, until that one runs a program itself.
     */
    private static Process start(Command command) throws IOException {
        long end = System.nanoTime() + BUSY_LIMIT.toNanos();
        while (true) {
            try {
                return startNow(command);
            } catch (IOException problem) {
                boolean busy =
                        BUSY.matcher(String.valueOf(problem.getMessage())).find();
                if (!busy || System.nanoTime() > end) {
                    throw problem;
                }
                LockSupport.parkNanos(BUSY_PAUSE.toNanos());
            }
        }
    }

    private static Process startNow(Command command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command.words());
        builder.environment().putAll(command.environment());
        command.directory().ifPresent(directory -> builder.directory(directory.toFile()));
        if (command.input() instanceof Input.None) {
            builder.redirectInput(Redirect.from(new File("/dev/null")));
        }
        return builder.start();
    }

    private static Optional<StreamWriter> writer(Input input) {
        return switch (input) {
            case Input.None none -> Optional.empty();
            case Input.Text(String text) -> Optional.of(out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
            case Input.Stream(StreamWriter writer) -> Optional.of(writer);
        };
    }

    private static Outcome whyNotStarted(Command command, IOException problem) {
        String program = command.words().getFirst();
        // The JDK tells the error only in its text, which differs between its ways to start a process.
        String reason = String.valueOf(problem.getMessage());
        if (NO_PERMISSION.matcher(reason).find()) {
            return failed(NOT_EXECUTABLE, program + ": not executable");
        }
        return failed(NO_SUCH_PROGRAM, NO_ENTRY.matcher(reason).find() ? program + ": not found" : reason);
    }

    private static Outcome failed(int exitCode, String why) {
        return new Outcome(exitCode, "", why + "\n");
    }
}
