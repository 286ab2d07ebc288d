package org.raptiformica.consensus;

import java.net.InetSocketAddress;

/** The address at which a member gossips, as Consul takes it for joining: {@code [v6]:port} or {@code v4:port}. */
final class GossipAddress {

    private GossipAddress() {}

    static String text(InetSocketAddress address) {
        String host = address.getAddress() == null
                ? address.getHostString()
                : address.getAddress().getHostAddress();
        return text(host, address.getPort());
    }

    static String text(String host, int port) {
        return host.contains(":") ? "[" + host + "]:" + port : host + ":" + port;
    }
}
