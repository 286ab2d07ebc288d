package org.raptiformica.provision;

/**
 * A port of ours on which somebody else's process listens.
 *
 * @param protocol {@code tcp} or {@code udp}
 * @param pid the process, 0 where it cannot be seen from the machine (another namespace)
 * @param owner the name of the process, empty where it cannot be seen
 */
public record Port(String protocol, int number, long pid, String owner) {

    /** The ports that a node needs, as the contract names them: mesh, Consul's RPC, gossip, HTTP and DNS. */
    static final int[] NEEDED = {4863, 8300, 8301, 8302, 8500, 8600};

    String text() {
        return "%s port %d".formatted(protocol, number);
    }

    String ownerText() {
        if (pid == 0) {
            return "a process that cannot be seen from here";
        }
        return "process %d (%s)".formatted(pid, owner.isEmpty() ? "unnamed" : owner);
    }
}
