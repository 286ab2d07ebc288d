package org.raptiformica.cluster.reach;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.raptiformica.cluster.gateway.Gateway;
import org.raptiformica.config.Neighbour;
import org.raptiformica.failure.BadData;
import org.raptiformica.host.MachineAddress;
import org.raptiformica.host.OwnAddresses;

/** Finds the node that a person means by a name, an address or the beginning of one. */
public final class MachineNames {

    private MachineNames() {}

    /**
     * The node whose name, host, mesh address or public key is the text; else the only one that has something beginning
     * with it.
     *
     * @throws BadData when there is none, or more than one
     */
    public static Neighbour find(List<Neighbour> nodes, String text) {
        List<Neighbour> exact =
                nodes.stream().filter(node -> named(node, text, true)).toList();
        List<Neighbour> found = exact.isEmpty()
                ? nodes.stream().filter(node -> named(node, text, false)).toList()
                : exact;
        if (found.size() == 1) {
            return found.getFirst();
        }
        throw new BadData(
                "'" + text + "'",
                found.isEmpty() ? "no node is called so" : "may be any of " + names(found),
                found.isEmpty() ? "There are: " + names(nodes) + "." : "Give more of the name, or the mesh address.");
    }

    /**
     * The same, and nothing where no node is called so.
     *
     * @throws BadData when it may be more than one
     */
    public static Optional<Neighbour> among(List<Neighbour> nodes, String text) {
        boolean any = nodes.stream().anyMatch(node -> named(node, text, false));
        return any ? Optional.of(find(nodes, text)) : Optional.empty();
    }

    private static boolean named(Neighbour node, String text, boolean whole) {
        return Stream.of(
                        Optional.of(node.name()),
                        node.host(),
                        node.host().map(host -> host + ":" + node.sshPort()),
                        node.host().map(_ -> Gateway.addressOf(node).toString()),
                        Optional.of(node.meshAddress()),
                        Optional.of(node.publicKey()),
                        node.uuid())
                .flatMap(Optional::stream)
                .anyMatch((whole || isAddress(text)) ? text::equals : name -> name.startsWith(text));
    }

    /** An address is never the beginning of another one: that would be another machine. */
    private static boolean isAddress(String text) {
        try {
            String host = MachineAddress.parse(text).host();
            boolean complete = host.contains(":")
                    || host.chars().filter(letter -> letter == '.').count() == 3;
            return complete && OwnAddresses.normal(host).isPresent();
        } catch (BadData name) {
            return false;
        }
    }

    private static String names(List<Neighbour> nodes) {
        return String.join(
                ", ",
                nodes.stream()
                        .map(node -> node.name() + " (" + node.meshAddress() + ")")
                        .toList());
    }
}
