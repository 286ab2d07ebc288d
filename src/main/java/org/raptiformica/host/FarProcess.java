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
 * command one of its own and ends none by itself, so this kills it. It begins when this side has heard of the group and
 * says so: one that began at once could outlive a connection that breaks just then, and nobody would know what to kill. On
 * both streams its own output begins after a line of ours: what comes before it was printed by a start-up file of the login
 * shell.
 */
final class FarProcess {

    /** Not at the start of a line where a start-up file printed half a line before it. */
    private static final Pattern PID_LINE = Pattern.compile("raptiformica-pid (\\d+) ?([0-9a-f-]*)\\R");

    /** Which start of the machine this is: after another one the number is that of another group. */
    private static final String BOOT = "read -r boot 2> /dev/null < /proc/sys/kernel/random/boot_id; ";

    private static final String BEGIN = "raptiformica-output";
    private static final Pattern BEGIN_LINE = Pattern.compile(BEGIN + "\\R");

    /** The pauses between looks at whether it is gone, two seconds in all. */
    private static final String PAUSES = "0.05 0.05 0.1 0.1 0.2 0.5 0.5 0.5";

    private final SshConnection connection;
    private final Command command;
    private final CountDownLatch told = new CountDownLatch(1);
    private volatile String group = "";
    private volatile String boot = "";
    private volatile boolean outputBegun;
    private boolean toldToBegin;
    private boolean unwanted;

    FarProcess(SshConnection connection, Command command) {
        this.connection = connection;
        this.command = command;
    }

    /** What a POSIX shell has to do. */
    String script() {
        StringBuilder script = new StringBuilder(
                "echo " + BEGIN + "; " + BOOT + "echo raptiformica-pid $$ $boot >&2; read -r go || exit 1; ");
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
        script.append("exec ").append(ShellWords.join(command.words()));
        return script.append(command.input() instanceof Input.None ? " < /dev/null" : "")
                .toString();
    }

    /** The command's input, with the line that the script waits for. */
    Input input() {
        return switch (command.input()) {
            case Input.None none -> whenTold(out -> {});
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
            if (!mayBegin()) {
                throw new InterruptedIOException("the command was ended before it began");
            }
            out.write('\n');
            writer.writeTo(out);
        });
    }

    private synchronized boolean mayBegin() {
        toldToBegin = !unwanted;
        return toldToBegin;
    }

    /** Hears the process group and the beginning of the output, each once; passes all other lines on. */
    LineListener listener(LineListener live) {
        return text -> {
            Matcher number = PID_LINE.matcher(text + "\n");
            if (group.isEmpty() && number.find()) {
                group = number.group(1);
                boot = number.group(2);
                told.countDown();
            } else if (!outputBegun && text.endsWith(BEGIN)) {
                outputBegun = true;
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

    /**
     * Asks all that runs on the far side to end, and after two seconds makes it. What has not begun does not begin any more.
     *
     * @return false where the far side could not be asked, and it may run on
     */
    boolean end(Duration limit) {
        if (!hasBegun()) {
            return true;
        }
        if (!connection.isOpen()) {
            return false;
        }
        String script = (BOOT
                        + "[ \"$boot\" = '%2$s' ] || exit 0; exec 2> /dev/null;"
                        + " gone() { for pause in %3$s; do kill -s 0 -- -%1$s || return 0; sleep $pause; done; return 1; };"
                        + " kill -s TERM -- -%1$s; gone || { kill -s KILL -- -%1$s; gone; }; exit 0")
                .formatted(group, boot, PAUSES);
        boolean interrupted = Thread.interrupted();
        try {
            return new LocalHost()
                    .run(Command.of(connection.sessionCommand(script)).withLimit(limit))
                    .ok();
        } catch (StepFailed | CancellationException lost) {
            // The machine does not answer any more, or nobody waits.
            return false;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Whether it was told to begin; if not, it never will be. */
    private synchronized boolean hasBegun() {
        unwanted = true;
        return toldToBegin;
    }
}
