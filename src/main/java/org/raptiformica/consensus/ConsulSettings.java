package org.raptiformica.consensus;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/**
 * What a node's Consul is to be.
 *
 * @param meshAddress the node's address in the mesh, as it is written everywhere: also its name in Consul
 * @param join gossip addresses of other members, in any order; those that do not answer are tried again every 2 s until
 *     one does
 * @param password 32 hex digits, the key of the gossip
 */
public record ConsulSettings(
        String meshAddress,
        ConsulRole role,
        List<InetSocketAddress> join,
        String password,
        Path dataDirectory,
        ConsulPorts ports) {

    /** Checks the forms; no message contains the password. */
    public ConsulSettings {
        InetAddress.ofLiteral(meshAddress);
        if (!password.matches("[0-9a-fA-F]{32}")) {
            throw new IllegalArgumentException("Consul's password is not 32 hex digits");
        }
        join = List.copyOf(join);
    }

    /** The 16 bytes of the password in Base64, as Consul takes a key. */
    String gossipKey() {
        return Base64.getEncoder().encodeToString(HexFormat.of().parseHex(password));
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "ConsulSettings[" + meshAddress + ", " + role + ", join " + join + "]";
    }
}
