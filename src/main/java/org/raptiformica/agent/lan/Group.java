package org.raptiformica.agent.lan;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.List;

/** Whom a call goes to: a multicast group that no router passes on, of either version of IP. */
enum Group {
    /** Of the local scope of RFC 2365. */
    IPV4(StandardProtocolFamily.INET, "239.255.48.64", "0.0.0.0"),
    /** Of the scope of a link, and one that nobody assigns (RFC 3307). */
    IPV6(StandardProtocolFamily.INET6, "ff12::8000:4864", "::");

    /** Beside the port of links, of UDP. */
    static final int PORT = 4864;

    /** Some datagrams: what comes faster than it is looked at is lost. */
    private static final int BUFFER = 4096;

    private final StandardProtocolFamily family;
    private final InetAddress address;
    private final InetAddress any;

    Group(StandardProtocolFamily family, String address, String any) {
        this.family = family;
        this.address = InetAddress.ofLiteral(address);
        this.any = InetAddress.ofLiteral(any);
    }

    /** Whether it is of the same version of IP. */
    boolean suits(InetAddress other) {
        return (address instanceof Inet6Address) == (other instanceof Inet6Address);
    }

    /**
     * Sends a datagram out of an interface, from one of its addresses, no further than its network.
     *
     * @throws IOException when the kernel does not let it out
     */
    void send(NetworkInterface link, InetAddress from, byte[] datagram) throws IOException {
        try (DatagramChannel channel = DatagramChannel.open(family)) {
            channel.setOption(StandardSocketOptions.IP_MULTICAST_IF, link)
                    .setOption(StandardSocketOptions.IP_MULTICAST_TTL, 1)
                    .bind(new InetSocketAddress(from, 0))
                    .send(ByteBuffer.wrap(datagram), new InetSocketAddress(address, PORT));
        }
    }

    /**
     * A channel that hears what is sent to the group on these interfaces; those that cannot are left out.
     *
     * @throws IOException when there is no such version of IP here, or the port is taken
     */
    DatagramChannel listen(List<NetworkInterface> links) throws IOException {
        DatagramChannel channel = open();
        try {
            // That of IPv6 takes the port of IPv4 as well.
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true)
                    .setOption(StandardSocketOptions.SO_RCVBUF, BUFFER)
                    .bind(new InetSocketAddress(any, PORT));
        } catch (IOException taken) {
            channel.close();
            throw taken;
        }
        links.forEach(link -> join(channel, link));
        return channel;
    }

    private DatagramChannel open() throws IOException {
        try {
            return DatagramChannel.open(family);
        } catch (UnsupportedOperationException noSuchVersion) {
            throw new IOException(noSuchVersion);
        }
    }

    private void join(DatagramChannel channel, NetworkInterface link) {
        try {
            channel.join(address, link);
        } catch (IOException | IllegalArgumentException noSuchAddressThere) {
            // It has none of this version, or went away: there is nobody to be heard on it.
        }
    }
}
