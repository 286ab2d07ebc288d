package org.raptiformica.agent.entry;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.raptiformica.cluster.api.Advertisement;
import org.raptiformica.config.Advertised;
import org.raptiformica.config.CacheDirectory;
import org.raptiformica.config.Change;
import org.raptiformica.config.Keys;
import org.raptiformica.config.Neighbour;
import org.raptiformica.failure.BadData;
import org.raptiformica.host.MachineAddress;
import org.raptiformica.host.OwnAddresses;
import org.raptiformica.mesh.MeshSettings;

/** Turns what a person wants to be advertised into what is kept of it on this node. */
public final class Advertising {

    private Advertising() {}

    /**
     * Keeps the wish. Returns the changes of the entry that the reconciler cannot know of.
     *
     * @throws BadData when an address leads every machine to itself
     */
    public static List<Change> take(Advertisement wish, CacheDirectory cache, Optional<Neighbour> entry) {
        if (!wish.remove()) {
            advertised(wish).write(cache);
            return List.of();
        }
        Optional<Advertised> before = Advertised.read(cache);
        Optional<Advertised> left = before.flatMap(it -> without(it, wish.hosts()));
        left.ifPresentOrElse(it -> it.write(cache), () -> Advertised.forget(cache));
        boolean keepsHost = before.isEmpty() || left.isPresent();
        return keepsHost ? List.of() : entry.map(Advertising::atOwnAddress).orElse(List.of());
    }

    /** Where nothing is advertised any more, the first address that the node knows of itself is its host again. */
    private static List<Change> atOwnAddress(Neighbour entry) {
        Optional<String> own = OwnAddresses.now().reachable().stream().findFirst();
        return own.<List<Change>>map(host -> List.of(
                        new Change.Set(Keys.neighbour(entry.publicKey(), "host"), host),
                        new Change.Set(
                                Keys.neighbour(entry.publicKey(), "ssh_port"),
                                String.valueOf(MachineAddress.SSH_PORT))))
                .orElse(List.of());
    }

    static Advertised advertised(Advertisement wish) {
        List<String> addresses = new ArrayList<>();
        String first = wish.hosts().getFirst();
        String host = MachineAddress.parse(first).host();
        for (String text : wish.hosts()) {
            String address = withPort(text);
            if (OwnAddresses.isLoopback(MachineAddress.parse(text).host())) {
                throw new BadData(
                        "'" + text + "'", "it leads every machine to itself", "Give an address that others can dial.");
            }
            if (!text.equals(host)) {
                addresses.add(address);
            }
        }
        return new Advertised(host, wish.sshPort(), addresses);
    }

    /** An address with a port is one that somebody said: it is dialled from everywhere. */
    private static String withPort(String text) {
        MachineAddress parsed = MachineAddress.parse(text);
        int port = hasPort(text) ? parsed.port() : MeshSettings.DEFAULT_PORT;
        return (parsed.host().contains(":") ? "[" + parsed.host() + "]" : parsed.host()) + ":" + port;
    }

    private static boolean hasPort(String text) {
        return text.matches(".*]:[0-9]+") || text.matches("[^:]*:[0-9]+");
    }

    private static Optional<Advertised> without(Advertised before, List<String> hosts) {
        List<String> gone = hosts.stream().map(Advertising::withPort).toList();
        List<String> addresses =
                before.addresses().stream().filter(it -> !gone.contains(it)).toList();
        boolean hostGone = hosts.isEmpty() || hosts.contains(before.host());
        return hostGone ? Optional.empty() : Optional.of(new Advertised(before.host(), before.sshPort(), addresses));
    }
}
