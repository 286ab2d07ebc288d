package org.raptiformica.cluster.api;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.raptiformica.config.NodePaths;
import org.raptiformica.failure.NoCluster;
import org.raptiformica.failure.StepFailed;
import org.raptiformica.host.Command;
import org.raptiformica.host.Host;
import org.raptiformica.host.Input;
import org.raptiformica.host.Outcome;

/**
 * The way from afar: through a forwarded socket where that works, which costs a round trip, and else by the program on the
 * node, which passes the request on and takes the start of a process: SSH servers may forbid the former, and the small
 * ones cannot do it.
 */
public final class SshChannel implements Channel {

    /** The program on a node. */
    public static final String PROGRAM = "/usr/etc/raptiformica/bin/raptiformica";

    private static final Path SOCKET = NodePaths.ofThisMachine().agentSocket();
    private static final Duration HELLO = Duration.ofSeconds(5);

    private final Host node;
    private final AtomicReference<Optional<Path>> proven = new AtomicReference<>(Optional.empty());

    /** A channel to the agent on the given machine. */
    public SshChannel(Host node) {
        this.node = node;
    }

    @Override
    public String name() {
        return node.name();
    }

    @Override
    public String exchange(String line, Duration limit) {
        return direct().map(socket -> through(socket, line, limit)).orElseGet(() -> byProgram(line, limit));
    }

    /** The forwarded socket, if an agent has answered there. */
    private Optional<Path> direct() {
        Optional<Path> socket = node.forwarded(SOCKET);
        if (socket.isEmpty() || socket.equals(proven.get())) {
            return socket;
        }
        Optional<Path> answering = socket.filter(this::answers);
        proven.set(answering);
        return answering;
    }

    /** What is no request is answered too, and does nothing. */
    private boolean answers(Path socket) {
        try {
            String hello = Wire.request("hello", new JsonObject()).toString();
            return !answer(socket, hello, HELLO).isEmpty();
        } catch (StepFailed silent) {
            return false;
        }
    }

    /** Not tried again the other way where the answer is lost: the agent may have done what was asked. */
    private String through(Path socket, String line, Duration limit) {
        String answer = answer(socket, line, limit);
        if (answer.isEmpty()) {
            proven.set(Optional.empty());
            node.requireConnection();
            throw new NoCluster(
                    node.name(),
                    "its agent ended before it answered",
                    "Run the command again; if that does not help: `raptiformica slave " + node.name() + "`.");
        }
        return answer;
    }

    /** Empty where nobody is at the far end any more. */
    private String answer(Path socket, String line, Duration limit) {
        try {
            return new SocketChannelToAgent(node.name(), socket).exchange(line, limit);
        } catch (NoCluster hungUp) {
            return "";
        }
    }

    private String byProgram(String line, Duration limit) {
        Outcome outcome = node.run(
                Command.of(PROGRAM, "ask").withInput(new Input.Text(line)).withLimit(limit));
        if (outcome.ok()) {
            return outcome.out();
        }
        if (outcome.exitCode() == 127 || outcome.exitCode() == 126) {
            throw new NoCluster(
                    node.name(),
                    "it is no node: there is no " + PROGRAM,
                    "Make it one with `raptiformica slave " + node.name() + "`.");
        }
        throw new NoCluster(
                node.name(),
                "its agent does not answer: " + outcome.err().strip(),
                "Start it with `raptiformica slave " + node.name() + "`.");
    }
}
