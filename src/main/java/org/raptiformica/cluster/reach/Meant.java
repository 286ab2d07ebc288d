package org.raptiformica.cluster.reach;

import java.util.List;
import org.raptiformica.cluster.gateway.Gateway;
import org.raptiformica.config.Neighbour;
import org.raptiformica.host.MachineAddress;

/** What a person means by a name, an address or the beginning of one: a node, or a machine that is none, or none any more. */
public sealed interface Meant {

    /** A node of the cluster. */
    record Node(Neighbour node) implements Meant {

        @Override
        public String name() {
            return node.host().map(_ -> Gateway.addressOf(node).toString()).orElse(node.name());
        }

        @Override
        public String toString() {
            return node.name() + " (" + node.host().map(_ -> name() + ", ").orElse("") + node.meshAddress() + ")";
        }

        @Override
        public boolean is(Neighbour other) {
            return node.publicKey().equals(other.publicKey());
        }
    }

    /** A machine that no node is called like. */
    record Machine(MachineAddress address) implements Meant {

        @Override
        public String name() {
            return address.toString();
        }

        @Override
        public String toString() {
            return name() + " (no node that is known here)";
        }

        @Override
        public boolean is(Neighbour other) {
            return other.host().filter(address.host()::equals).isPresent() && other.sshPort() == address.port();
        }
    }

    /** How it is called in results. */
    String name();

    /** Whether a node's entry is that of this machine, as far as can be seen without asking it. */
    boolean is(Neighbour other);

    /**
     * What the text means; the beginning of an address means nothing, because it is an address, too.
     *
     * @throws org.raptiformica.failure.BadData when it may mean several, or can be no machine
     */
    static Meant by(List<Neighbour> nodes, String text) {
        return MachineNames.among(nodes, text)
                .<Meant>map(Node::new)
                .orElseGet(() -> new Machine(MachineAddress.parse(text)));
    }

    /** The same for several texts; what two of them mean is there once. */
    static List<Meant> all(List<Neighbour> nodes, List<String> texts) {
        return texts.stream().map(text -> by(nodes, text)).distinct().toList();
    }
}
