package org.raptiformica.provision;

import org.raptiformica.mesh.EngineKind;

/**
 * A port of ours on which somebody else's process listens.
 *
 * @param protocol {@code tcp} or {@code udp}
 * @param pid the process, 0 where it cannot be seen from the machine (another namespace)
 * @param owner the name of the process, empty where it cannot be seen
 */
public record Port(String protocol, int number, long pid, String owner) {

    /**
     * The ports that a node needs, as the contract names them: mesh, Consul's RPC, gossip, HTTP and DNS; the last one is of
     * cjdns's admin interface.
     */
    static final int[] NEEDED = {4863, 8300, 8301, 8302, 8500, 8600, 11234};

    private static final int MESH = 4863;
    private static final int CJDNS_ADMIN = 11234;

    /** Whether a node with this engine cannot do without it: cjdns listens on UDP only, and alone has an admin port. */
    boolean isNeededBy(EngineKind engine) {
        boolean cjdns = engine == EngineKind.CJDNS;
        return switch (number) {
            case MESH -> !cjdns || protocol.equals("udp");
            case CJDNS_ADMIN -> cjdns && protocol.equals("udp");
            default -> true;
        };
    }

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
