package org.raptiformica.config;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A node's entry in the shared config: how to reach it underneath, and who it is in the mesh.
 *
 * @param publicKey its public key in the mesh, which is its identity
 * @param host its underlay address or name, absent when no other machine can dial it
 * @param sshPort where its SSH server listens
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
        Optional<String> via) {

    private static final String ADDRESS_SUFFIX = "_ipv6_address";
    private static final int DEFAULT_SSH_PORT = 22;
    private static final int DEFAULT_MESH_PORT = 4863;

    /**
     * All nodes of a mapping, sorted by public key. An entry without a mesh address, half written or half deleted, is
     * left out; absent or unusable ports are the usual ones; an entry of 0.1 has neither name nor platform: it is called
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
                                entry.field("ssh_via"))));
    }

    /** Whether other nodes can dial it: one that only a jump host reaches dials out itself. */
    public boolean dialable() {
        return host.isPresent() && via.isEmpty();
    }

    /** The mapping with this entry in place of what it had for the node. */
    public Mapping writtenTo(Mapping mapping) {
        Mapping written = mapping.withoutBelow(Keys.neighbour(publicKey))
                .with(key("ssh_port"), Integer.toString(sshPort))
                .with(key(engine + "_port"), Integer.toString(meshPort))
                .with(key(engine + "_public_key"), publicKey)
                .with(key(engine + ADDRESS_SUFFIX), meshAddress)
                .with(key("name"), name)
                .with(key("platform"), platform);
        written = withOptional(written, "host", host);
        written = withOptional(written, "ssh_host_key", sshHostKey);
        written = withOptional(written, "uuid", uuid);
        return withOptional(written, "ssh_via", via);
    }

    /** The mapping without any entry for the node. */
    public Mapping removedFrom(Mapping mapping) {
        return mapping.withoutBelow(Keys.neighbour(publicKey));
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

        OptionalInt port(String name) {
            return field(name).filter(value -> value.matches("[0-9]{1,5}")).stream()
                    .mapToInt(Integer::parseInt)
                    .filter(port -> port >= 1 && port <= 65535)
                    .findFirst();
        }
    }
}
