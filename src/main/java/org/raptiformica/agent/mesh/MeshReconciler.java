package org.raptiformica.agent.mesh;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.raptiformica.agent.node.NodeRecord;
import org.raptiformica.agent.node.Programs;
import org.raptiformica.agent.reconcile.Reconciler;
import org.raptiformica.agent.reconcile.Step;
import org.raptiformica.agent.replica.Replica;
import org.raptiformica.config.Keys;
import org.raptiformica.config.Mapping;
import org.raptiformica.config.NodePaths;
import org.raptiformica.failure.BadData;
import org.raptiformica.mesh.MeshEngine;
import org.raptiformica.mesh.MeshSettings;
import org.raptiformica.mesh.MeshStatus;
import org.raptiformica.mesh.TunDevice;
import org.raptiformica.provision.service.Service;
import org.raptiformica.provision.service.Supervision;

/** The mesh engine: configured as the shared config asks, running, answering. */
public final class MeshReconciler implements Reconciler {

    private final MeshEngine engine;
    private final Replica replica;
    /** One unanswered question is none: an engine may be busy, or have ended a link in between. */
    private static final Duration DOUBT = Duration.ofSeconds(5);

    private final NodePaths paths;
    private final Supervision supervision;
    private final TunDevice tunDevice;
    private final InstantSource clock;
    private Optional<Instant> hungSince = Optional.empty();

    /** @param clock one that does not jump */
    public MeshReconciler(
            MeshEngine engine,
            Replica replica,
            NodePaths paths,
            Supervision supervision,
            TunDevice tunDevice,
            InstantSource clock) {
        this.engine = engine;
        this.replica = replica;
        this.paths = paths;
        this.supervision = supervision;
        this.tunDevice = tunDevice;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "mesh";
    }

    @Override
    public Step reconcile(NodeRecord wanted) {
        Mapping mapping = replica.current();
        String password = mapping.get(Keys.meshPassword(engine.name()))
                .orElseThrow(() -> new BadData(
                        Keys.meshPassword(engine.name()),
                        "the shared config has no secret for the mesh",
                        "Slave this machine again: the client sends it."));
        boolean running = supervision.state(engine.name()).isPresent();
        if (!running) {
            tunDevice.ensure();
        }
        // The peers are dialled live: no node that comes or goes may cost a restart of the engine.
        boolean changed = engine.configure(MeshSettings.of(password, List.of()));
        Service service = Programs.mesh(engine, paths);
        if (!running) {
            supervision.start(service);
            return Step.changed("started " + service.name());
        }
        if (changed) {
            supervision.restart(service);
            return Step.changed("restarted " + service.name() + ": its configuration has changed");
        }
        return health(service);
    }

    private Step health(Service service) {
        MeshStatus status = engine.status();
        if (!(status instanceof MeshStatus.Hung)) {
            hungSince = Optional.empty();
        }
        return switch (status) {
            case MeshStatus.Running _ -> Step.settled();
            case MeshStatus.Stopped stopped -> Step.waiting(service.name() + " to answer: " + stopped.what());
            case MeshStatus.Hung hung -> hung(service, hung.what());
        };
    }

    private Step hung(Service service, String what) {
        Instant now = clock.instant();
        Instant since = hungSince.orElse(now);
        hungSince = Optional.of(since);
        if (now.isBefore(since.plus(DOUBT))) {
            return Step.waiting(service.name() + " to answer: " + what);
        }
        hungSince = Optional.empty();
        supervision.restart(service);
        return Step.changed("restarted " + service.name() + ", which hung: " + what);
    }
}
