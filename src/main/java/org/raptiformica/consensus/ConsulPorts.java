package org.raptiformica.consensus;

/**
 * Where Consul listens: {@code server} and {@code gossip} at the mesh address, {@code http} and {@code dns} on
 * loopback. A DNS port of -1 switches it off.
 */
public record ConsulPorts(int server, int gossip, int http, int dns) {

    /** 8300, 8301, 8500 and 8600: Consul's own, those of every cluster. Others are for tests on one address. */
    public static ConsulPorts usual() {
        return new ConsulPorts(8300, 8301, 8500, 8600);
    }
}
