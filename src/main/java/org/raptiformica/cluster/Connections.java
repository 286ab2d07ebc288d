package org.raptiformica.cluster;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.raptiformica.config.Neighbour;
import org.raptiformica.host.KnownHosts;
import org.raptiformica.host.MachineAddress;
import org.raptiformica.host.SshHost;
import org.raptiformica.host.SshSettings;

/**
 * The SSH connections of one command: one a machine, opened at first use, closed together at the end. Thread-safe; a slow
 * machine does not delay the others.
 */
public final class Connections implements AutoCloseable {

    private final SshSettings settings;
    private final KnownHosts knownHosts;
    private final Map<MachineAddress, SshHost> open = new ConcurrentHashMap<>();

    /** Connections that log in as the settings say. */
    public Connections(SshSettings settings) {
        this.settings = settings;
        this.knownHosts = new KnownHosts(settings.knownHosts());
    }

    /** The connection to a machine; throws {@link org.raptiformica.failure.MachineUnreachable} where there is none. */
    public SshHost to(MachineAddress machine) {
        SshHost present = open.get(machine);
        if (present != null) {
            return present;
        }
        SshHost fresh = SshHost.connect(settings, machine);
        SshHost earlier = open.putIfAbsent(machine, fresh);
        if (earlier != null) {
            fresh.close();
            return earlier;
        }
        return fresh;
    }

    /** The connection to a node whose host key other clients may have recorded in the shared config already. */
    public SshHost to(Neighbour node, MachineAddress machine) {
        node.sshHostKey()
                .filter(_ -> knownHosts.keyOf(machine).isEmpty())
                .ifPresent(key -> knownHosts.record(machine, key));
        return to(machine);
    }

    /** The key that the machine showed at first contact. */
    public Optional<String> hostKeyOf(MachineAddress machine) {
        return knownHosts.keyOf(machine);
    }

    /** How to log in, for people. */
    public SshSettings settings() {
        return settings;
    }

    @Override
    public void close() {
        open.values().forEach(SshHost::close);
        open.clear();
    }
}
