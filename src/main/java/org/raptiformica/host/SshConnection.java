package org.raptiformica.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.raptiformica.failure.MachineUnreachable;
import org.raptiformica.failure.PrerequisiteMissing;
import org.raptiformica.failure.StepFailed;

/**
 * One connection of the OpenSSH client, its "ControlMaster": a process in the background that owns the connection, and a
 * socket in a directory of its own (0700) through which other ssh processes use it.
 */
final class SshConnection implements AutoCloseable {

    /** Should this JVM be killed so that it cannot close the connection, ssh itself does after this time. */
    private static final String IDLE_SECONDS = "600";

    private static final Duration LOGIN = Duration.ofSeconds(30);
    private static final Duration HANG_UP_PAUSE = Duration.ofSeconds(1);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    /** Within which a master that serves no session any more is gone, on a busy machine too. */
    private static final Duration LOSS = Duration.ofSeconds(10);

    private static final Duration LOSS_PAUSE = Duration.ofMillis(20);

    /** A master whose machine is silent gives up after 15 to 20 seconds. */
    private static final Duration SESSION_LIMIT = Duration.ofSeconds(30);

    /** A UNIX socket's path has 107 bytes; ssh makes it under a name that is 17 longer first. */
    private static final int LONGEST_DIRECTORY = 107 - 17 - "/s".length();

    /** A name server that is away holds up a login for so long, and not for half a minute. */
    private static final String RESOLVER = "timeout:2 attempts:2";

    private final SshSettings settings;
    private final Route route;
    private final MachineAddress address;
    private final Optional<SshConnection> hop;
    private final LocalHost local = new LocalHost();
    private final Path directory;
    private final Map<Path, Path> forwards = new HashMap<>();
    private int forwarded;
    private final Set<Runnable> running = ConcurrentHashMap.newKeySet();
    private final Thread atExit = new Thread(this::atExit, "close ssh connection");
    private final AtomicInteger logins = new AtomicInteger();
    private boolean closed;

    private SshConnection(SshSettings settings, Route route, Optional<SshConnection> hop, Path directory) {
        this.settings = settings;
        this.route = route;
        this.address = route.machine();
        this.hop = hop;
        this.directory = directory;
    }

    static SshConnection open(SshSettings settings, Route route, Optional<SshConnection> hop) {
        SshConnection connection;
        try {
            Files.createDirectories(settings.knownHosts().toAbsolutePath().getParent());
            connection = new SshConnection(settings, route, hop, newDirectory());
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
        try {
            Runtime.getRuntime().addShutdownHook(connection.atExit);
            connection.logIn();
            return connection;
        } catch (RuntimeException problem) {
            connection.close();
            throw problem;
        }
    }

    private static Path newDirectory() throws IOException {
        Path directory = Files.createTempDirectory("rf");
        if (directory.toString().length() <= LONGEST_DIRECTORY) {
            return directory;
        }
        Files.delete(directory);
        return Files.createTempDirectory(Path.of("/tmp"), "rf");
    }

    /** The command that runs {@code script} with the far machine's {@code sh}. */
    List<String> sessionCommand(String script) {
        List<String> words = new ArrayList<>(ssh("-o", "ControlMaster=no", "-o", "LogLevel=ERROR", "-T"));
        words.addAll(SshSettings.destination(address));
        words.add("exec sh -c " + ShellWords.quote(script));
        return words;
    }

    synchronized boolean isOpen() {
        return Files.exists(socket(), LinkOption.NOFOLLOW_LINKS);
    }

    /** Which login this connection stands on now; another one follows when it was lost. */
    int login() {
        return logins.get();
    }

    /**
     * Whether the connection broke, asked after a session that broke. The master removes its socket a moment after that, but
     * serves nobody meanwhile: so one that runs a command is not lost, without a wait.
     *
     * @param login the one that the session began on: another command may have opened the connection again since
     */
    boolean isLost(int login) {
        if (check() && serves()) {
            return login != login();
        }
        long end = System.nanoTime() + LOSS.toNanos();
        while (login == login() && check()) {
            if (System.nanoTime() - end >= 0) {
                return false;
            }
            Waiting.pause("the end of the connection to " + address, LOSS_PAUSE);
        }
        return true;
    }

    /** Whether a command runs through this master, and not past it, as ssh has it where there is none. */
    private boolean serves() {
        List<String> words = sessionCommand("exit 0");
        // The first word for an option counts: without the master there is no way to the machine.
        words.addAll(1, List.of("-o", "ProxyCommand=exit 1"));
        try {
            return local.run(Command.of(words).withLimit(SESSION_LIMIT)).ok();
        } catch (StepFailed silent) {
            return false;
        }
    }

    /** A socket here for one over there, as long as this master lasts; empty where the master makes none. */
    synchronized Optional<Path> forward(Path far) {
        Path known = forwards.get(far);
        if (known != null && Files.exists(known, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.of(known);
        }
        Path near = directory.resolve("f" + forwarded++);
        // Whether it went well says nothing: a person's own ssh_config may clear it, or add others that fail.
        control("forward", "-L", near + ":" + far);
        if (!Files.exists(near, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        forwards.put(far, near);
        return Optional.of(near);
    }

    /** Whether the master answers; the socket of one that was killed is removed. */
    private synchronized boolean check() {
        boolean answers = isOpen() && control("check");
        if (!answers) {
            delete(socket());
        }
        return answers;
    }

    private boolean control(String request, String... more) {
        List<String> words = new ArrayList<>(ssh("-O", request));
        words.addAll(List.of(more));
        words.addAll(SshSettings.destination(address));
        try {
            return local.run(Command.of(words).withLimit(CLOSE_LIMIT)).ok();
        } catch (StepFailed hung) {
            return false;
        }
    }

    synchronized void ensureOpen() {
        if (closed) {
            throw new IllegalStateException("closed: " + address);
        }
        if (!isOpen()) {
            hop.ifPresent(SshConnection::ensureOpen);
            logIn();
        }
    }

    Optional<String> hostKey() {
        return Stream.of(settings.knownHosts(), Path.of(System.getProperty("user.home"), ".ssh", "known_hosts"))
                .flatMap(file -> new KnownHosts(file).keyOf(address).stream())
                .findFirst();
    }

    private void logIn() {
        logins.incrementAndGet();
        forgetForwards();
        Optional<SshTrouble> trouble = tryToLogIn();
        if (trouble.filter(SshTrouble::isHangUp).isPresent()) {
            Waiting.pause("another login to " + address, HANG_UP_PAUSE);
            trouble = tryToLogIn();
        }
        if (trouble.filter(SshTrouble::isAboutKeys).isPresent()) {
            // Only in its verbose log does ssh say which keys it offered.
            startMaster("-v");
            throw new SshTrouble(address, settings, log()).asFailure();
        }
        if (trouble.isPresent()) {
            throw trouble.get().asFailure();
        }
    }

    /** What was in the way; nothing where the connection is open now. */
    private Optional<SshTrouble> tryToLogIn() {
        Outcome outcome = startMaster("-o", "LogLevel=INFO");
        if (outcome.exitCode() == 127) {
            throw new PrerequisiteMissing(
                    "ssh",
                    "the OpenSSH client is not installed on this machine",
                    "Install it (Debian and Ubuntu: apt-get install openssh-client), then run the command again.");
        }
        if (outcome.ok() && isOpen()) {
            return Optional.empty();
        }
        SshTrouble trouble = hop.isPresent() ? troubleBehindHop() : new SshTrouble(address, settings, log());
        return isOpen() ? Optional.empty() : Optional.of(trouble);
    }

    /**
     * Why it failed behind a jump host: only verbosely, and on a connection of its own, does the ssh that speaks to the jump
     * host say it.
     */
    private SshTrouble troubleBehindHop() {
        Outcome outcome = startMaster(ssh(Optional.empty(), "-v"));
        return new SshTrouble(address, settings, log() + "\n" + outcome.err());
    }

    private Outcome startMaster(String... more) {
        return startMaster(ssh(more));
    }

    private Outcome startMaster(List<String> ssh) {
        List<String> words = new ArrayList<>(ssh);
        words.addAll(List.of("-o", "ControlMaster=yes", "-o", "ControlPersist=" + IDLE_SECONDS));
        words.addAll(List.of("-f", "-N", "-E", directory.resolve("log").toString()));
        words.addAll(SshSettings.destination(address));
        try {
            Files.deleteIfExists(directory.resolve("log"));
            return local.run(Command.of(words)
                    .withEnvironment("RES_OPTIONS", RESOLVER)
                    .withLimit(settings.connectLimit().plus(LOGIN)));
        } catch (StepFailed silent) {
            throw new MachineUnreachable(
                    address.toString(),
                    "its SSH server did not finish the login within "
                            + Limits.text(settings.connectLimit().plus(LOGIN)),
                    "See that the machine is not overloaded, and that `ssh %s` works.".formatted(address));
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }

    private List<String> ssh(String... more) {
        return ssh(hop.map(SshConnection::socket), more);
    }

    private List<String> ssh(Optional<Path> hopSocket, String... more) {
        List<String> words = new ArrayList<>(List.of("ssh"));
        words.addAll(settings.options(route, hopSocket));
        words.addAll(List.of("-o", "BatchMode=yes", "-S", socket().toString().replace("%", "%%")));
        words.addAll(List.of(more));
        return words;
    }

    private Path socket() {
        return directory.resolve("s");
    }

    private String log() {
        try {
            return Files.exists(directory.resolve("log")) ? Files.readString(directory.resolve("log")) : "";
        } catch (IOException problem) {
            return String.valueOf(problem.getMessage());
        }
    }

    /** Has {@code kill} done before the connection is closed at the end of the JVM, until {@link #ended}. */
    void runs(Runnable kill) {
        running.add(kill);
    }

    void ended(Runnable kill) {
        running.remove(kill);
    }

    private void atExit() {
        running.parallelStream().forEach(Runnable::run);
        shutDown();
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
            shutDown();
        } catch (IllegalStateException goingDown) {
            // The hook does the same at this moment, but nobody waits for it: the JVM is halted when the command is
            // over.
            atExit();
        }
    }

    private synchronized void shutDown() {
        if (closed) {
            return;
        }
        closed = true;
        if (isOpen()) {
            boolean interrupted = Thread.interrupted();
            control("exit");
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        forgetForwards();
        deleteAll();
    }

    /** A master that was killed leaves its sockets behind. */
    private synchronized void forgetForwards() {
        forwards.values().forEach(SshConnection::delete);
        forwards.clear();
    }

    /** Whatever is in it: a request to the master may have been cut short when it had been heard. */
    private void deleteAll() {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(directory)) {
            left.forEach(SshConnection::delete);
        } catch (NoSuchFileException | NotDirectoryException gone) {
            return;
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
        delete(directory);
    }

    private static void delete(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }
}
