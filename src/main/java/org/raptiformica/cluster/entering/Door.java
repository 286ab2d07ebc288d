package org.raptiformica.cluster.entering;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.raptiformica.host.Command;
import org.raptiformica.host.Host;
import org.raptiformica.host.MachineAddress;
import org.raptiformica.host.OwnAddresses;

/** What a machine that this one is logged in to tells about this one. */
final class Door {

    private static final int PROBE_MILLISECONDS = 2000;
    private static final Path HOST_KEY = Path.of("/etc/ssh/ssh_host_ed25519_key.pub");

    private final Host far;

    Door(Host far) {
        this.far = far;
    }

    /**
     * This machine's SSH server, at an address that others can dial: the one under which the far machine sees this one, if
     * it is one of its own. Behind NAT it is the router's, and through a jump host that of the last jump.
     */
    Optional<MachineAddress> sshServerHere() {
        return seenAs().filter(address -> OwnAddresses.now().reachable().contains(address))
                .map(MachineAddress::of)
                .filter(Door::speaksSsh);
    }

    /** The host key of this machine, type and base64. */
    Optional<String> hostKeyHere() {
        try {
            String[] words = Files.readString(HOST_KEY).strip().split("\\s+", -1);
            return words.length < 2 ? Optional.empty() : Optional.of(words[0] + " " + words[1]);
        } catch (IOException none) {
            return Optional.empty();
        }
    }

    private Optional<String> seenAs() {
        String connection =
                far.run(Command.of("printenv", "SSH_CONNECTION")).out().strip();
        String address = connection.split("\\s", 2)[0];
        return address.isEmpty() ? Optional.empty() : OwnAddresses.normal(address);
    }

    private static boolean speaksSsh(MachineAddress server) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(server.host(), server.port()), PROBE_MILLISECONDS);
            socket.setSoTimeout(PROBE_MILLISECONDS);
            String greeting = new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
            return greeting != null && greeting.startsWith("SSH-");
        } catch (IOException nothingListens) {
            return false;
        }
    }
}
