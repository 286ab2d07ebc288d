package org.raptiformica.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The addresses that the kernel of this machine had at one moment.
 *
 * @param reachable those under which others may reach this machine, without zones, IPv4 before IPv6: on real interfaces,
 *     and none that is loopback or link-local, of a mesh, or of the bridges and links of containers and virtual machines,
 *     which are the same on many machines
 * @param every all under which it reaches itself; whoever dials one of these dials itself
 * @param networks the networks that the reachable addresses are in
 */
public record OwnAddresses(List<String> reachable, Set<String> every, Set<Network> networks) {

    private static final Pattern VIRTUAL =
            Pattern.compile("(rapti|docker|br-|veth|virbr|vnet|cni|flannel|cali|lxc|lxd|podman|kube|tap|dummy).*");

    /** A line an address: address, interface's number, length of the prefix, scope, flags (IFA_F_…), interface's name. */
    private static final Path IPV6 = Path.of("/proc/net/if_inet6");

    private static final int FLAGS = 4;
    private static final int PASSING = 0x01 | 0x20 | 0x40;

    public OwnAddresses {
        reachable = List.copyOf(reachable);
        every = Set.copyOf(every);
        networks = Set.copyOf(networks);
    }

    /**
     * A network that this machine is in.
     *
     * @param address of this machine
     * @param prefixLength how many of its first bits are those of the network
     */
    public record Network(InetAddress address, int prefixLength) {

        boolean has(InetAddress other) {
            byte[] ours = address.getAddress();
            byte[] theirs = other.getAddress();
            if (ours.length != theirs.length) {
                return false;
            }
            for (int bit = 0; bit < prefixLength; bit++) {
                int mask = 0x80 >> (bit % 8);
                if ((ours[bit / 8] & mask) != (theirs[bit / 8] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }

    /** What the kernel has now. */
    public static OwnAddresses now() {
        Set<String> passing = passing();
        List<InterfaceAddress> real = new ArrayList<>();
        Set<String> every = new HashSet<>(Set.of("localhost"));
        try {
            for (NetworkInterface link : NetworkInterface.networkInterfaces().toList()) {
                link.inetAddresses().map(OwnAddresses::text).forEach(every::add);
                if (isReal(link)) {
                    link.getInterfaceAddresses().stream()
                            .filter(it -> isReachable(it.getAddress()))
                            .filter(it -> !passing.contains(hex(it.getAddress())))
                            .forEach(real::add);
                }
            }
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
        real.sort((a, b) -> Integer.compare(length(a), length(b)));
        return new OwnAddresses(
                real.stream().map(it -> text(it.getAddress())).distinct().toList(),
                every,
                new HashSet<>(real.stream()
                        .map(it -> new Network(it.getAddress(), it.getNetworkPrefixLength()))
                        .toList()));
    }

    /** The interfaces of local networks that this machine has now: real ones that are up and can multicast. */
    public static List<NetworkInterface> lanInterfaces() {
        try {
            return NetworkInterface.networkInterfaces()
                    .filter(link -> isReal(link) && isLan(link))
                    .toList();
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isLan(NetworkInterface link) {
        try {
            return link.supportsMulticast() && !link.isPointToPoint() && !link.isLoopback();
        } catch (SocketException gone) {
            return false;
        }
    }

    private static boolean isReal(NetworkInterface link) {
        try {
            return link.isUp() && !VIRTUAL.matcher(link.getName()).matches();
        } catch (SocketException gone) {
            return false;
        }
    }

    /** IPv6 addresses that are not there to stay, or not there yet: temporary (RFC 8981), deprecated, tentative. */
    private static Set<String> passing() {
        try {
            return Files.readAllLines(IPV6).stream()
                    .map(line -> line.strip().split("\\s+", -1))
                    .filter(words -> words.length > FLAGS && (Integer.parseInt(words[FLAGS], 16) & PASSING) != 0)
                    .map(words -> words[0])
                    .collect(Collectors.toSet());
        } catch (IOException | NumberFormatException unknown) {
            return Set.of();
        }
    }

    private static String hex(InetAddress address) {
        return HexFormat.of().formatHex(address.getAddress());
    }

    private static int length(InterfaceAddress address) {
        return address.getAddress().getAddress().length;
    }

    /** Whether the host is this machine itself; names other than {@code localhost} are not looked up. */
    public boolean isOwn(String host) {
        return isLoopback(host) || every.contains(normal(host).orElse(host));
    }

    /** Whether the address can be dialled from here with some hope: anybody's, or one of a local network that we are in. */
    public boolean isNear(String host) {
        return literal(host)
                .map(address -> !isPrivate(address) || networks.stream().anyMatch(it -> it.has(address)))
                .orElse(true);
    }

    /** Whether the address is in a network that this machine is in. */
    public boolean sharesNetwork(String host) {
        return literal(host)
                .filter(address -> networks.stream().anyMatch(it -> it.has(address)))
                .isPresent();
    }

    /** Whether the address is one of those under which others may reach this machine. */
    public boolean has(InetAddress address) {
        return reachable.contains(text(address));
    }

    /** Whether the host leads from every machine to itself. */
    public static boolean isLoopback(String host) {
        return host.equals("localhost")
                || literal(host).filter(InetAddress::isLoopbackAddress).isPresent();
    }

    /** An IP address in the one form that addresses have here; empty for a name. */
    public static Optional<String> normal(String host) {
        return literal(host).map(OwnAddresses::text);
    }

    /** Whether an address is one that many networks have: of RFC 1918, RFC 6598 and RFC 4193. */
    public static boolean isPrivate(InetAddress address) {
        int first = address.getAddress()[0] & 0xff;
        int second = address.getAddress()[1] & 0xff;
        return address instanceof Inet6Address
                ? first == 0xfc || first == 0xfd
                : address.isSiteLocalAddress() || (first == 100 && second >= 64 && second < 128);
    }

    private static Optional<InetAddress> literal(String host) {
        try {
            return Optional.of(InetAddress.ofLiteral(host));
        } catch (IllegalArgumentException name) {
            return Optional.empty();
        }
    }

    /** Whether an address is one that another machine may dial. */
    private static boolean isReachable(InetAddress address) {
        return !address.isLoopbackAddress()
                && !address.isLinkLocalAddress()
                && !address.isAnyLocalAddress()
                && !address.isMulticastAddress()
                && !isOfAMesh(address);
    }

    /** Yggdrasil's are 200::/7, those of cjdns fc00::/8. */
    private static boolean isOfAMesh(InetAddress address) {
        int first = address.getAddress()[0] & 0xff;
        return address instanceof Inet6Address && (first == 0x02 || first == 0x03 || first == 0xfc);
    }

    /** Without the zone that addresses of an interface carry. */
    private static String text(InetAddress address) {
        String text = address.getHostAddress();
        int zone = text.indexOf('%');
        return zone < 0 ? text : text.substring(0, zone);
    }
}
