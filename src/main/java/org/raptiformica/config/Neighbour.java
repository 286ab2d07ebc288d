package org.raptiformica.config;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A node's entry in the shared config: how to reach it underneath, and who it is in the mesh.
 *
 * @param publicKey its public key in the mesh, which is its identity
 * @param host the underlay address or name of its SSH server, absent when it has none that others could reach
 * @param sshPort where that server listens
 * @param engine the mesh engine, {@code yggdrasil} or {@code cjdns}
 * @param meshPort where that engine listens
 * @param meshAddress its IPv6 address in the mesh
 * @param name what people call it
 * @param platform such as {@code linux-x86_64}
 * @param sshHostKey its SSH host key as in a known_hosts file, type and base64
 * @param uuid the 32 hex digits of the checkout that the instance is bound to
 * @param via the jump hosts through which SSH gets to it, from the outermost, as {@code [user@]host[:port],…}; addresses
 *     and not keys, so that the way is known before the jump hosts are nodes and whether they ever are. {@code host} is
 *     then what the last of them dials, and no other node is to
 * @param addresses where its mesh engine may be reached beside {@code host}, the preferred first; in the shared config
 *     one value {@code addresses}, separated by spaces: a name, an IPv4 or an IPv6 address, or with another port than
 *     {@code meshPort} {@code name:port}, {@code v4:port}, {@code [v6]:port}
 * @param program the program that its agent runs, its id of 16 hex digits
 * @param lastSeen when its agent last said that it is there, to a quarter of an hour; unix seconds in the shared config
 */
public record Neighbour(
        String publicKey,
        Optional<String> host,
        int sshPort,
        String engine,
        int meshPort,
        String meshAddress,
        String name,
        String platform,
        Optional<String> sshHostKey,
        Optional<String> uuid,
        Optional<String> via,
        List<String> addresses,
        Optional<String> program,
        Optional<Instant> lastSeen) {

    private static final String ADDRESS_SUFFIX = "_ipv6_address";
    private static final int DEFAULT_SSH_PORT = 22;
    private static final int DEFAULT_MESH_PORT = 4863;

    public Neighbour {
        addresses = List.copyOf(addresses);
    }

    /** A node that has not said anything of itself yet. */
    public Neighbour(
            String publicKey,
            Optional<String> host,
            int sshPort,
            String engine,
            int meshPort,
            String meshAddress,
            String name,
            String platform,
            Optional<String> sshHostKey,
            Optional<String> uuid,
            Optional<String> via) {
        this(
                publicKey,
                host,
                sshPort,
                engine,
                meshPort,
                meshAddress,
                name,
                platform,
                sshHostKey,
                uuid,
                via,
                List.of(),
                Optional.empty(),
                Optional.empty());
    }

    /** The entry with what the node's agent said of itself in another one. */
    public Neighbour saying(List<String> newAddresses, Optional<String> newProgram, Optional<Instant> newLastSeen) {
        return new Neighbour(
                publicKey,
                host,
                sshPort,
                engine,
                meshPort,
                meshAddress,
                name,
                platform,
                sshHostKey,
                uuid,
                via,
                newAddresses,
                newProgram,
                newLastSeen);
    }

    /** The entry with another SSH server that is dialled without jump hosts, or with none. */
    public Neighbour at(Optional<String> newHost, int newSshPort) {
        return new Neighbour(
                publicKey,
                newHost,
                newSshPort,
                engine,
                meshPort,
                meshAddress,
                name,
                platform,
                sshHostKey,
                uuid,
                Optional.empty(),
                addresses,
                program,
                lastSeen);
    }

    /**
     * All nodes of a mapping, sorted by public key. An entry without an IPv6 address in the mesh, half written or half
     * deleted or a person's mistake, is left out: no node must stumble over what another one is said to be; absent or unusable ports are the usual ones; an entry of 0.1 has neither name nor platform: it is called
     * by its mesh address, and its platform is empty.
     */
    public static List<Neighbour> all(Mapping mapping) {
        return mapping.children(Keys.NEIGHBOURS).stream()
                .flatMap(key -> read(mapping, key).stream())
                .toList();
    }

    /** The node with this public key. */
    public static Optional<Neighbour> of(Mapping mapping, String publicKey) {
        return read(mapping, publicKey);
    }

    private static Optional<Neighbour> read(Mapping mapping, String publicKey) {
        Entry entry = new Entry(mapping, publicKey);
        return mapping.children(Keys.neighbour(publicKey)).stream()
                .filter(field -> field.endsWith(ADDRESS_SUFFIX))
                .map(field -> field.substring(0, field.length() - ADDRESS_SUFFIX.length()))
                .findFirst()
                .flatMap(engine -> entry.field(engine + ADDRESS_SUFFIX)
                        .filter(Neighbour::isInOverlay)
                        .map(address -> new Neighbour(
                                publicKey,
                                entry.field("host"),
                                entry.port("ssh_port").orElse(DEFAULT_SSH_PORT),
                                engine,
                                entry.port(engine + "_port").orElse(DEFAULT_MESH_PORT),
                                address,
                                entry.field("name").orElse(address),
                                entry.field("platform").orElse(""),
                                entry.field("ssh_host_key"),
                                entry.field("uuid"),
                                entry.field("ssh_via"),
                                entry.words("addresses"),
                                entry.field("program"),
                                entry.time("last_seen"))));
    }

    private static boolean isInOverlay(String address) {
        try {
            return InetAddress.ofLiteral(address) instanceof Inet6Address;
        } catch (IllegalArgumentException noLiteral) {
            return false;
        }
    }

    /** Whether other nodes can dial it: one that only a jump host reaches dials out itself. */
    public boolean dialable() {
        return host.isPresent() && via.isEmpty();
    }

    /** The mapping with this entry in place of what it had for the node. */
    public Mapping writtenTo(Mapping mapping) {
        Mapping written = mapping.withoutBelow(Keys.neighbour(publicKey))
                .with(key(engine + "_port"), Integer.toString(meshPort))
                .with(key(engine + "_public_key"), publicKey)
                .with(key(engine + ADDRESS_SUFFIX), meshAddress)
                .with(key("name"), name)
                .with(key("platform"), platform);
        written = withOptional(written, "host", host);
        written = withOptional(written, "ssh_port", host.map(_ -> Integer.toString(sshPort)));
        written = withOptional(written, "ssh_host_key", sshHostKey);
        written = withOptional(written, "addresses", joined());
        written = withOptional(written, "program", program);
        written = withOptional(written, "last_seen", lastSeen.map(it -> Long.toString(it.getEpochSecond())));
        written = withOptional(written, "uuid", uuid);
        return withOptional(written, "ssh_via", via);
    }

    private Optional<String> joined() {
        return Optional.of(String.join(" ", addresses)).filter(text -> !text.isEmpty());
    }

    private Mapping withOptional(Mapping mapping, String field, Optional<String> value) {
        return value.map(present -> mapping.with(key(field), present)).orElse(mapping);
    }

    private String key(String field) {
        return Keys.neighbour(publicKey, field);
    }

    private record Entry(Mapping mapping, String publicKey) {

        Optional<String> field(String name) {
            return mapping.get(Keys.neighbour(publicKey, name)).filter(value -> !value.isEmpty());
        }

        List<String> words(String name) {
            return field(name).stream()
                    .flatMap(value -> Arrays.stream(value.strip().split("\\s+", -1)))
                    .filter(word -> !word.isEmpty())
                    .toList();
        }

        Optional<Instant> time(String name) {
            return field(name)
                    .filter(value -> value.matches("[0-9]{1,12}"))
                    .map(value -> Instant.ofEpochSecond(Long.parseLong(value)));
        }

        OptionalInt port(String name) {
            return field(name).filter(value -> value.matches("[0-9]{1,5}")).stream()
                    .mapToInt(Integer::parseInt)
                    .filter(port -> port >= 1 && port <= 65535)
                    .findFirst();
        }
    }
}
