package org.raptiformica.mesh;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One way to reach a node across the underlay. The password of the link is no part of it: an engine takes that from its
 * own configuration.
 *
 * @param publicKey the engine's public key of the node; a link to anyone else at this address is refused
 * @param transport what carries the link
 * @param host a name, an IPv4 address or an IPv6 address without brackets
 * @param port of TCP or UDP, 1 to 65535
 */
public record PeerAddress(String publicKey, Transport transport, String host, int port) {

    private static final Pattern ENDPOINT = Pattern.compile(
            "(?<transport>tls|quic|udp)://(?:\\[(?<v6>[0-9A-Za-z.:]+)]|(?<host>[0-9A-Za-z._-]+)):(?<port>[0-9]{1,5})");

    public PeerAddress {
        if (host.isEmpty() || !host.matches("[0-9A-Za-z._:-]+")) {
            throw new IllegalArgumentException("no host name or address: " + host);
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("no port: " + port);
        }
    }

    /**
     * Reads what {@link #endpoint()} wrote.
     *
     * @param endpoint of an engine; empty is the answer where it is of another form
     */
    public static Optional<PeerAddress> parse(String publicKey, String endpoint) {
        Matcher parts = ENDPOINT.matcher(endpoint);
        if (!parts.matches()) {
            return Optional.empty();
        }
        int port = Integer.parseInt(parts.group("port"));
        if (port < 1 || port > 65_535) {
            return Optional.empty();
        }
        Transport transport = Transport.valueOf(parts.group("transport").toUpperCase(Locale.ROOT));
        String host = Optional.ofNullable(parts.group("v6")).orElseGet(() -> parts.group("host"));
        return Optional.of(new PeerAddress(publicKey, transport, host, port));
    }

    /** Whether both are the same place in the underlay, whoever is expected there. */
    public boolean sameEndpoint(PeerAddress other) {
        return endpoint().equals(other.endpoint());
    }

    /** As in {@code tls://192.0.2.1:4863} and {@code udp://[2001:db8::1]:4863}. */
    public String endpoint() {
        return transport.word() + "://" + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }

    @Override
    public String toString() {
        return endpoint();
    }
}
