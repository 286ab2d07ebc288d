package org.raptiformica.provision.service;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.raptiformica.config.NodePaths;
import org.raptiformica.host.Host;
import org.raptiformica.host.SteadyClock;

/**
 * Keeps services running, independently of the process that asked for it. Thread-safe; several processes may use it at
 * once.
 */
public sealed interface Supervision permits SystemdSupervision, OwnSupervision, GuardSupervision {

    /** The name of the agent itself among the services. */
    String AGENT = "agent";

    /**
     * Starts a service if it does not run; one that runs, whoever started it and with whatever command, is left alone and
     * looked after from now on.
     *
     * @throws org.raptiformica.failure.StepFailed when it cannot be started
     */
    void start(Service service);

    /** Ends a service: TERM, then KILL; fine when it does not run. It is not looked after any more, nor at the next boot. */
    void stop(String name);

    /** Ends a service, if it runs, and starts it as it is described now. */
    void restart(Service service);

    /** The process of a service, if it runs. */
    Optional<ProcessState> state(String name);

    /**
     * To be called every second or so: starts what has died, later each time that it dies early, and keeps logs bounded.
     *
     * @return the names of the services that were started again
     */
    List<String> tend();

    /** For the services that the agent looks after, mesh engine and Consul. */
    static Supervision ofServices(NodePaths paths, Host local) {
        return systemdRuns(paths)
                ? new SystemdSupervision(local, paths.root().resolve("etc/systemd/system"))
                : new OwnSupervision(paths.run(), new SteadyClock());
    }

    /** For the agent itself. */
    static Supervision ofAgent(NodePaths paths, Host local) {
        return systemdRuns(paths)
                ? new SystemdSupervision(local, paths.root().resolve("etc/systemd/system"))
                : new GuardSupervision(local, paths);
    }

    private static boolean systemdRuns(NodePaths paths) {
        return Files.isDirectory(paths.root().resolve(Path.of("run", "systemd", "system")));
    }
}
