package org.raptiformica.cluster.api;

import java.time.Duration;
import org.raptiformica.failure.NoCluster;
import org.raptiformica.host.Command;
import org.raptiformica.host.Host;
import org.raptiformica.host.Input;
import org.raptiformica.host.Outcome;

/**
 * The way from afar: the program on the node passes the request on to the socket. Forwarding the socket itself would
 * save the start of a process, but SSH servers may forbid it, and the small ones cannot do it.
 */
public final class SshChannel implements Channel {

    /** The program on a node. */
    public static final String PROGRAM = "/usr/etc/raptiformica/bin/raptiformica";

    private final Host node;

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
