package org.raptiformica.consensus;

import java.net.InetAddress;

/** The address of a server as the store's configuration has it: {@code [v6]:port} or {@code v4:port}. */
public final class RaftAddress {

    private RaftAddress() {}

    /** The host, as an address: an IPv6 one has several ways to be written. */
    public static InetAddress host(String address) {
        return InetAddress.ofLiteral(hostText(address));
    }

    static String hostText(String address) {
        String host = address.substring(0, address.lastIndexOf(':'));
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }
}
