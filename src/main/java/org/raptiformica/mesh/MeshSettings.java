package org.raptiformica.mesh;

import java.util.List;

/**
 * What an engine is configured with. The same for all nodes but for {@code peers}.
 *
 * @param listenPort where other nodes dial to, of TCP and of UDP
 * @param password of every link, shared by the nodes of the cluster; 8 to 64 letters and digits
 * @param peers nodes to dial from the start; more can be added while the engine runs
 * @param interfaceName of the mesh, at most 15 characters
 * @param mtu of the mesh interface, 1280 to 65535; an engine lowers it to what it can carry
 */
public record MeshSettings(int listenPort, String password, List<PeerAddress> peers, String interfaceName, int mtu) {

    /** The port of every engine. */
    public static final int DEFAULT_PORT = 4863;

    /** The name of the mesh interface. */
    public static final String DEFAULT_INTERFACE = "rapti0";

    /**
     * The MTU of the mesh. Yggdrasil carries packets in a stream of TCP or QUIC, so that it has nothing to do with the
     * MTU of the path below, and the larger the packets the less work a byte: four times the throughput of 1280.
     */
    public static final int DEFAULT_MTU = 65_535;

    public MeshSettings {
        peers = List.copyOf(peers);
        if (!password.matches("[0-9A-Za-z]{8,64}")) {
            throw new IllegalArgumentException("a mesh password is 8 to 64 letters and digits");
        }
        if (!interfaceName.matches("[0-9A-Za-z_.-]{1,15}")) {
            throw new IllegalArgumentException("no name of a network interface: " + interfaceName);
        }
        if (listenPort < 1 || listenPort > 65_535 || mtu < 1280 || mtu > 65_535) {
            throw new IllegalArgumentException("port or MTU out of range: " + listenPort + ", " + mtu);
        }
    }

    /** The usual port, interface and MTU. */
    public static MeshSettings of(String password, List<PeerAddress> peers) {
        return new MeshSettings(DEFAULT_PORT, password, peers, DEFAULT_INTERFACE, DEFAULT_MTU);
    }

    /** Leaves the password out. */
    @Override
    public String toString() {
        return "MeshSettings[port %d, %s, MTU %d, peers %s]".formatted(listenPort, interfaceName, mtu, peers);
    }
}
