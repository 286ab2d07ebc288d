package org.raptiformica.agent.store;

import java.net.Inet6Address;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Arrays;
import org.raptiformica.agent.member.MembershipReconciler;
import org.raptiformica.agent.node.NodeRecord;
import org.raptiformica.agent.reconcile.Reconciler;
import org.raptiformica.agent.reconcile.Step;
import org.raptiformica.agent.replica.Replica;
import org.raptiformica.config.Keys;
import org.raptiformica.config.Mapping;
import org.raptiformica.config.NodePaths;
import org.raptiformica.consensus.ConsulConfig;
import org.raptiformica.consensus.ConsulPorts;
import org.raptiformica.consensus.ConsulSettings;
import org.raptiformica.consul.ConsulClient;
import org.raptiformica.failure.BadData;
import org.raptiformica.mesh.MeshEngine;
import org.raptiformica.provision.service.Service;
import org.raptiformica.provision.service.Supervision;

/** Consul: configured for this node's place in the mesh and running. */
public final class StoreReconciler implements Reconciler {

    private final MeshEngine engine;
    private final Replica replica;
    private final NodePaths paths;
    private final ConsulClient consul;
    private final Service service;
    private final Supervision supervision;

    /** @param service Consul as it is supervised */
    public StoreReconciler(
            MeshEngine engine,
            Replica replica,
            NodePaths paths,
            ConsulClient consul,
            Service service,
            Supervision supervision) {
        this.engine = engine;
        this.replica = replica;
        this.paths = paths;
        this.consul = consul;
        this.service = service;
        this.supervision = supervision;
    }

    @Override
    public String name() {
        return "store";
    }

    @Override
    public Step reconcile(NodeRecord wanted) {
        Inet6Address address = engine.ensureIdentity().address();
        boolean running = supervision.state(service.name()).isPresent();
        if (!running && !assigned(address)) {
            return Step.waiting("the mesh address on " + engine.interfaceName());
        }
        ConsulConfig.Change change = ConsulConfig.write(paths.consulConfig(), settings(wanted, address));
        if (!running) {
            supervision.start(service);
            return Step.changed("started " + service.name());
        }
        return switch (change) {
            case NONE -> Step.settled();
            case NEXT_START -> Step.done("wrote what " + service.name() + " reads at its next start");
            case RELOAD -> {
                consul.agent().reload();
                yield Step.changed("let " + service.name() + " read its configuration again");
            }
            case RESTART -> {
                supervision.restart(service);
                yield Step.changed("restarted " + service.name() + ": its configuration has changed");
            }
        };
    }

    private ConsulSettings settings(NodeRecord wanted, Inet6Address address) {
        Mapping mapping = replica.current();
        String secret = mapping.get(Keys.CONSUL_PASSWORD)
                .orElseThrow(() -> new BadData(
                        Keys.CONSUL_PASSWORD,
                        "the shared config has no secret for the store",
                        "Slave this machine again: the client sends it."));
        // Read at a start only: a node that comes or goes costs no restart, the membership reconciler joins it live.
        return new ConsulSettings(
                address.getHostAddress(),
                wanted.role(),
                MembershipReconciler.gossipAddresses(mapping, wanted.publicKey()),
                secret,
                paths.consulData(),
                ConsulPorts.usual());
    }

    private boolean assigned(Inet6Address address) {
        try {
            NetworkInterface mesh = NetworkInterface.getByName(engine.interfaceName());
            // Compared as bytes: addresses of an interface carry its scope, others do not.
            return mesh != null
                    && mesh.inetAddresses().anyMatch(found -> Arrays.equals(found.getAddress(), address.getAddress()));
        } catch (SocketException e) {
            return false;
        }
    }
}
