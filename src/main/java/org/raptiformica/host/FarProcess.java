package org.raptiformica.host;

import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.raptiformica.failure.StepFailed;

/**
 * A command that runs on the far side of a connection. It tells its process group first, on standard error: sshd gives each
 * command one of its own and ends none by itself, so this kills it. On both streams its own output begins after a line of
 * ours: what comes before it was printed by a start-up file of the login shell.
 */
final class FarProcess {

    private static final Pattern PID_LINE = Pattern.compile("(?m)^raptiformica-pid (\\d+) ?([0-9a-f-]*)\\R");
    /** Which start of the machine this is: after another one the number is that of another group. */
    private static final String BOOT = "read -r boot 2> /dev/null < /proc/sys/kernel/random/boot_id; ";

    private static final String BEGIN = "raptiformica-output";
    private static final Pattern BEGIN_LINE = Pattern.compile("(?m)^" + BEGIN + "\\R");
    private static final Duration KILL_LIMIT = Duration.ofSeconds(8);

    private final SshConnection connection;
    private final Command command;
    private final CountDownLatch told = new CountDownLatch(1);
    private volatile String group = "";
    private volatile String boot = "";
    private volatile boolean begun;

    FarProcess(SshConnection connection, Command command) {
        this.connection = connection;
        this.command = command;
    }

    /**
     * What a POSIX shell has to do. With an input it waits for a line before it: else a connection that breaks before the
     * process group is known would give the command an empty input for the whole.
     */
    String script() {
        StringBuilder script =
                new StringBuilder("echo " + BEGIN + "; " + BOOT + "echo raptiformica-pid $$ $boot >&2; ");
        if (!(command.input() instanceof Input.None)) {
            script.append("read -r go || exit 1; ");
        }
        command.directory()
                .ifPresent(directory -> script.append("cd ")
                        .append(ShellWords.quote(directory.toString()))
                        .append(" || exit 127; "));
        command.environment()
                .forEach((name, value) -> script.append("export ")
                        .append(name)
                        .append('=')
                        .append(ShellWords.quote(value))
                        .append("; "));
        return script.append("exec ").append(ShellWords.join(command.words())).toString();
    }

    /** The command's input, with the line that the script waits for. */
    Input input() {
        return switch (command.input()) {
            case Input.None none -> none;
            case Input.Text(String text) -> whenTold(out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
            case Input.Stream(StreamWriter writer) -> whenTold(writer);
        };
    }

    private Input whenTold(StreamWriter writer) {
        return new Input.Stream(out -> {
            try {
                told.await();
            } catch (InterruptedException ended) {
                throw new InterruptedIOException("the command ended before it began to read");
            }
            out.write('\n');
            writer.writeTo(out);
        });
    }

    /** Hears the process group and the beginning of the output, each once; passes all other lines on. */
    LineListener listener(LineListener live) {
        return text -> {
            Matcher number = PID_LINE.matcher(text + "\n");
            if (group.isEmpty() && number.matches()) {
                group = number.group(1);
                boot = number.group(2);
                told.countDown();
            } else if (!begun && text.equals(BEGIN)) {
                begun = true;
            } else {
                live.line(text);
            }
        };
    }

    /** What the command itself printed on standard output. */
    static String ownOutput(String out) {
        return after(BEGIN_LINE, out);
    }

    /** What the command itself printed on standard error. */
    static String ownErrors(String err) {
        return after(PID_LINE, err);
    }

    private static String after(Pattern line, String printed) {
        Matcher found = line.matcher(printed);
        return found.find() ? printed.substring(found.end()) : printed;
    }

    /** Asks all that runs on the far side to end, and after two seconds makes it. */
    void kill() {
        if (group.isEmpty() || !connection.isOpen()) {
            return;
        }
        String script = (BOOT
                        + "[ \"$boot\" = '%2$s' ] || exit 0; (kill -s TERM -- -%1$s; for i in 1 2 3 4; do kill -s 0 -- -%1$s || exit 0; sleep 0.5; done;"
                        + " kill -s KILL -- -%1$s) 2> /dev/null")
                .formatted(group, boot);
        boolean interrupted = Thread.interrupted();
        try {
            new LocalHost().run(Command.of(connection.sessionCommand(script)).withLimit(KILL_LIMIT));
        } catch (StepFailed | CancellationException lost) {
            // The machine does not answer any more, or nobody waits: nothing more to be done about it.
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
