package org.raptiformica.provision.service;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.raptiformica.config.NodePaths;

/**
 * A process that is to run for ever.
 *
 * @param name lower-case letters, as in {@code consul}: the name of its pid file and of its unit
 * @param command the program, by its absolute path, and its arguments; it stays in the foreground
 * @param environment what is set in addition; no secrets, since it may end up in a unit file that all can read
 * @param log where its output goes, mode 0640
 */
public record Service(String name, List<String> command, Map<String, String> environment, Path log) {

    public Service {
        if (!name.matches("[a-z][a-z0-9-]*")) {
            throw new IllegalArgumentException("no name for a service: " + name);
        }
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    /** A node's agent. */
    public static Service agent(NodePaths paths) {
        return new Service(
                Supervision.AGENT,
                List.of(paths.program().resolve("bin/raptiformica").toString(), "agent"),
                Map.of(),
                paths.log(Supervision.AGENT));
    }
}
