package org.raptiformica.host;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import org.raptiformica.failure.MachineUnreachable;
import org.raptiformica.failure.MachineUnsuitable;
import org.raptiformica.failure.StepFailed;

/**
 * A machine behind SSH, reached through one connection of the OpenSSH client that all commands share. Commands run below a
 * POSIX {@code sh}, whatever the login shell is. Their words and environment can be seen by other users of the machine
 * while they run: a secret belongs into their input.
 *
 * <p>The connection opens again by itself, once for a command, where it was lost while nothing ran. {@link #close} and the
 * end of the JVM close it and remove its socket.
 */
public final class SshHost implements Host, AutoCloseable {

    private static final int SSH_FAILED = 255;

    /** Below the ten sessions that an OpenSSH server allows on one connection; some are kept for killing. */
    private static final int SESSIONS = 8;

    /** For ending what runs; a person may be waiting for it after Ctrl-C. */
    private static final Duration KILL_LIMIT = Duration.ofSeconds(8);

    /** For ending what ran when the connection was lost; a machine that is gone is noticed well within it. */
    private static final Duration END_LIMIT = Duration.ofSeconds(60);

    private static final String GREETING = "raptiformica-has-a-shell";

    private final SshConnection connection;
    private final MachineAddress address;
    private final LocalHost local = new LocalHost();
    private final Semaphore sessions = new Semaphore(SESSIONS);

    /** What ran when the connection was lost, or could not be killed: it runs on over there, and nobody waits for it. */
    private final Set<FarProcess> leftBehind = ConcurrentHashMap.newKeySet();

    /** Held while that is ended: who comes meanwhile must not begin before. */
    private final ReentrantLock ending = new ReentrantLock();

    private SshHost(SshConnection connection, MachineAddress address) {
        this.connection = connection;
        this.address = address;
    }

    /**
     * Logs in and sees that there is a shell.
     *
     * @throws MachineUnreachable when that fails; it says why and what to do
     * @throws MachineUnsuitable when the machine has no POSIX shell
     * @throws org.raptiformica.failure.PrerequisiteMissing when this machine has no OpenSSH client
     */
    public static SshHost connect(SshSettings settings, MachineAddress address) {
        return connect(settings, Route.to(address), Optional.empty());
    }

    /**
     * The same through jump hosts.
     *
     * @param hop the connection to the last jump host of the route: what is sent goes through it
     */
    public static SshHost connect(SshSettings settings, Route route, Optional<SshHost> hop) {
        Optional<SshConnection> through = hop.map(host -> host.connection);
        SshHost host = new SshHost(SshConnection.open(settings, route, through), route.machine());
        try {
            host.requireShellHoldingOn();
            return host;
        } catch (RuntimeException problem) {
            host.close();
            throw problem;
        }
    }

    @Override
    public String name() {
        return address.toString();
    }

    /** Where this machine is. */
    public MachineAddress address() {
        return address;
    }

    /** The machine's host key, as {@code type base64}; as recorded at first contact or found in the user's own file. */
    public Optional<String> hostKey() {
        return connection.hostKey();
    }

    @Override
    public Outcome run(Command command, LineListener live) {
        Label label = new Label(name(), command);
        acquireSession(label);
        try {
            reopen();
            return runInSession(command, live, label);
        } finally {
            sessions.release();
        }
    }

    private void acquireSession(Label label) {
        try {
            sessions.acquire();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            CancellationException cancelled = new CancellationException("interrupted: " + label.text());
            cancelled.initCause(interrupted);
            throw cancelled;
        }
    }

    private Outcome runInSession(Command command, LineListener live, Label label) {
        FarProcess process = new FarProcess(connection, command);
        Runnable kill = () -> kill(process);
        int login = connection.login();
        Command ssh = Command.of(connection.sessionCommand(process.script()))
                .withInput(process.input())
                .withLimit(command.limit());
        Outcome outcome;
        connection.runs(kill);
        try {
            outcome = local.run(ssh, process.listener(live), label, kill);
        } finally {
            connection.ended(kill);
        }
        String err = FarProcess.ownErrors(outcome.err());
        if (outcome.exitCode() == SSH_FAILED && connection.isLost(login)) {
            leftBehind.add(process);
            throw new MachineUnreachable(
                    name(),
                    "the connection was lost while `%s` ran%s".formatted(label.text(), reason(err)),
                    "See that the machine still runs and can be reached, then run the command again.");
        }
        return new Outcome(outcome.exitCode(), FarProcess.ownOutput(outcome.out()), err);
    }

    private void kill(FarProcess process) {
        if (!process.end(KILL_LIMIT)) {
            leftBehind.add(process);
        }
    }

    private static String reason(String err) {
        String last = err.strip();
        return last.isEmpty() ? "" : " (" + last.substring(last.lastIndexOf('\n') + 1) + ")";
    }

    /** A connection that breaks just after the login is opened again, as one that breaks later is. */
    private void requireShellHoldingOn() {
        try {
            requireShell();
        } catch (MachineUnreachable dropped) {
            requireShell();
        }
    }

    private void requireShell() {
        Outcome greeting;
        try {
            greeting = run(Command.of("echo", GREETING).withLimit(Duration.ofSeconds(20)));
        } catch (StepFailed silent) {
            greeting = new Outcome(SSH_FAILED, "", "no answer");
        }
        if (!greeting.out().contains(GREETING)) {
            String answer = (greeting.out() + "\n" + greeting.err()).strip();
            throw new MachineUnsuitable(
                    name(),
                    "has no POSIX shell for %s%s"
                            .formatted(
                                    address.user(),
                                    answer.isEmpty()
                                            ? ""
                                            : ": " + answer.lines().toList().getLast()),
                    "A machine has to run commands with `sh`: see what ssh %s sh -c 'echo hello' says."
                            .formatted(address));
        }
    }

    @Override
    public Optional<Path> forwarded(Path socket) {
        reopen();
        return connection.forward(socket);
    }

    @Override
    public void requireConnection() {
        if (connection.isLost(connection.login())) {
            throw new MachineUnreachable(
                    name(),
                    "the connection was lost while its agent was asked",
                    "See that the machine still runs and can be reached, then run the command again.");
        }
    }

    /**
     * Opens the connection again where it was lost, and ends what still runs over there since then: what is done again must
     * not run twice.
     *
     * @throws MachineUnreachable when that fails
     */
    public void reopen() {
        connection.ensureOpen();
        if (leftBehind.isEmpty()) {
            return;
        }
        ending.lock();
        try {
            List.copyOf(leftBehind).forEach(this::endLeftBehind);
        } finally {
            ending.unlock();
        }
    }

    /** It stays left behind, for the next time, where it could not be ended. */
    private void endLeftBehind(FarProcess process) {
        if (process.end(END_LIMIT)) {
            leftBehind.remove(process);
            return;
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException("interrupted: the end of what ran on " + name());
        }
        throw new MachineUnreachable(
                name(),
                "what ran there when the connection was lost could not be ended",
                "See that the machine still runs and can be reached, then run the command again.");
    }

    @Override
    public void close() {
        connection.close();
    }
}
