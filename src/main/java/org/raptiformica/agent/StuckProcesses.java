package org.raptiformica.agent;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.raptiformica.agent.node.Log;
import org.raptiformica.consul.ConsulClient;
import org.raptiformica.consul.ConsulException;
import org.raptiformica.failure.Failure;
import org.raptiformica.provision.service.ProcessState;
import org.raptiformica.provision.service.Service;
import org.raptiformica.provision.service.Supervision;

/**
 * Processes that run and do nothing, which no supervision sees: one that was stopped by a signal is restarted at the
 * second look, a Consul that answers nothing for a minute, too. Of the mesh engine its reconciler sees that.
 */
final class StuckProcesses {

    private static final Duration PAUSE = Duration.ofSeconds(5);
    private static final int STOPPED_LOOKS = 2;
    private static final int SILENT_LOOKS = 12;

    private final List<Service> services;
    private final Supervision supervision;
    private final ConsulClient consul;
    private final Log log;
    private final Duration pause;
    private final Map<String, Integer> stopped = new HashMap<>();
    private final Map<String, Integer> silent = new HashMap<>();

    /** @param consul asked with little patience */
    StuckProcesses(List<Service> services, Supervision supervision, ConsulClient consul, Log log) {
        this(services, supervision, consul, log, PAUSE);
    }

    StuckProcesses(List<Service> services, Supervision supervision, ConsulClient consul, Log log, Duration pause) {
        this.services = services;
        this.supervision = supervision;
        this.consul = consul;
        this.log = log;
        this.pause = pause;
    }

    /** Runs until the thread is interrupted. */
    void run() {
        try {
            while (true) {
                Thread.sleep(pause);
                services.forEach(this::look);
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private void look(Service service) {
        String name = service.name();
        boolean runs = supervision.state(name).isPresent();
        boolean isStopped =
                runs && supervision.state(name).filter(ProcessState::stopped).isPresent();
        boolean isSilent = runs && name.equals("consul") && !answers();
        if (count(stopped, name, isStopped) >= STOPPED_LOOKS) {
            restart(service, "it was stopped by a signal");
        } else if (count(silent, name, isSilent) >= SILENT_LOOKS) {
            restart(service, "it answered nothing for a minute");
        }
    }

    private static int count(Map<String, Integer> looks, String name, boolean so) {
        return looks.merge(name, so ? 1 : 0, (before, _) -> so ? before + 1 : 0);
    }

    private boolean answers() {
        try {
            consul.agent().self();
            return true;
        } catch (ConsulException no) {
            return false;
        }
    }

    private void restart(Service service, String why) {
        stopped.clear();
        silent.clear();
        try {
            supervision.restart(service);
            log.info(service.name() + ": restarted, " + why);
        } catch (Failure failure) {
            log.info(service.name() + ": " + failure.message());
        }
    }
}
