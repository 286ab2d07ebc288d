package org.raptiformica.consensus;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.raptiformica.consul.ConsulClient;
import org.raptiformica.consul.RealConsul;

/** A node's Consul, configured as on a node, at an address of its own on loopback. */
final class LoopbackNode implements AutoCloseable {

    private final Path root;
    private final String address;
    private final String password;
    private final ConsulPorts ports;
    private Optional<RealConsul> consul = Optional.empty();

    LoopbackNode(Path root, String address, String password) {
        this.root = root;
        this.address = address;
        this.password = password;
        this.ports = new ConsulPorts(8300, 8301, RealConsul.freePort("127.0.0.1"), -1);
    }

    String address() {
        return address;
    }

    Path configDirectory() {
        return root.resolve("consul.d");
    }

    Path configFile() {
        return configDirectory().resolve("raptiformica.json");
    }

    /** Writes the configuration; what that asks for is up to the test. */
    ConsulConfig.Change configure(ConsulRole role, List<LoopbackNode> join) {
        List<InetSocketAddress> gossip = join.stream()
                .map(node -> new InetSocketAddress(node.address, node.ports.gossip()))
                .toList();
        return ConsulConfig.write(
                configFile(), new ConsulSettings(address, role, gossip, password, root.resolve("data"), ports));
    }

    LoopbackNode start(ConsulRole role, LoopbackNode... join) {
        configure(role, List.of(join));
        consul = Optional.of(RealConsul.start(
                ConsulConfig.command(RealConsul.binary(), configDirectory()),
                ports.http(),
                root.resolve("consul.log")));
        return this;
    }

    RealConsul consul() {
        return consul.orElseThrow();
    }

    ConsulClient client() {
        return consul().client();
    }

    Membership membership() {
        return new Membership(client());
    }

    long alive() {
        return membership().members().stream().filter(Member::alive).count();
    }

    boolean sees(LoopbackNode other, Member.Status status) {
        return membership().members().stream()
                .anyMatch(member -> member.node().equals(other.address) && member.status() == status);
    }

    @Override
    public void close() {
        consul.ifPresent(RealConsul::close);
    }
}
