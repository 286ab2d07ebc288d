package org.raptiformica.agent.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.raptiformica.agent.lan.HeardAt;
import org.raptiformica.config.Neighbour;
import org.raptiformica.host.OwnAddresses;
import org.raptiformica.mesh.PeerAddress;
import org.raptiformica.mesh.Transport;

class CandidatesTest {

    private static final OwnAddresses OWN = new OwnAddresses(
            List.of("10.1.0.2"),
            Set.of("localhost", "127.0.0.1", "10.1.0.2", "2001:db8:0:0:0:0:0:2"),
            Set.of(new OwnAddresses.Network(InetAddress.ofLiteral("10.1.0.2"), 16)));

    private final Candidates candidates = new Candidates(List.of(Transport.TLS, Transport.QUIC), OWN, Map.of());

    private static Neighbour node(Optional<String> host, String... addresses) {
        return new Neighbour(
                        "aa",
                        host,
                        22,
                        "yggdrasil",
                        4863,
                        "200::1",
                        "n",
                        "",
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty())
                .saying(List.of(addresses), Optional.empty(), Optional.empty());
    }

    private List<String> endpoints(Neighbour node, Optional<PeerAddress> learned) {
        return candidates.of(node, learned).stream().map(PeerAddress::endpoint).toList();
    }

    @Test
    @DisplayName("the host first, then what the node says of itself, each with every transport")
    void order() {
        assertThat(endpoints(node(Optional.of("box.example.org"), "192.0.2.1", "2001:db8::9"), Optional.empty()))
                .containsExactly(
                        "tls://box.example.org:4863",
                        "quic://box.example.org:4863",
                        "tls://192.0.2.1:4863",
                        "quic://192.0.2.1:4863",
                        "tls://[2001:db8::9]:4863",
                        "quic://[2001:db8::9]:4863");
    }

    @Test
    @DisplayName("what worked last is dialled before all others, and once")
    void learnedFirst() {
        PeerAddress learned = new PeerAddress("aa", Transport.QUIC, "192.0.2.1", 4863);
        assertThat(endpoints(node(Optional.of("box"), "192.0.2.1"), Optional.of(learned)))
                .containsExactly("quic://192.0.2.1:4863", "tls://box:4863", "quic://box:4863", "tls://192.0.2.1:4863");
    }

    @Test
    @DisplayName(
            "where a node was heard on the local network it is dialled first, over every transport, unless that is here")
    void heardFirst() {
        List<HeardAt> heard = List.of(new HeardAt("10.1.0.2", 4863), new HeardAt("10.1.7.7", 4000));
        Candidates hearing =
                new Candidates(List.of(Transport.TLS, Transport.QUIC), OWN, Map.of("aa", heard, "bb", heard));
        PeerAddress learned = new PeerAddress("aa", Transport.TLS, "192.0.2.1", 4863);
        assertThat(hearing.of(node(Optional.empty()), Optional.of(learned)))
                .extracting(PeerAddress::endpoint)
                .containsExactly("tls://10.1.7.7:4000", "quic://10.1.7.7:4000", "tls://192.0.2.1:4863");
    }

    @Test
    @DisplayName("an advertised address is dialled at its port, IPv6 in brackets")
    void advertisedPort() {
        assertThat(endpoints(node(Optional.empty(), "203.0.113.9:5000", "[2001:db8::7]:4000"), Optional.empty()))
                .containsExactly(
                        "tls://203.0.113.9:5000",
                        "quic://203.0.113.9:5000",
                        "tls://[2001:db8::7]:4000",
                        "quic://[2001:db8::7]:4000");
    }

    @Test
    @DisplayName("a private address is dialled from the same local network only, unless a person advertised it")
    void privateAddresses() {
        assertThat(endpoints(node(Optional.empty(), "10.1.7.7", "192.168.0.5", "192.168.0.6:4863"), Optional.empty()))
                .containsExactly(
                        "tls://10.1.7.7:4863",
                        "quic://10.1.7.7:4863",
                        "tls://192.168.0.6:4863",
                        "quic://192.168.0.6:4863");
    }

    @Test
    @DisplayName("no address that is this node's own is dialled, in whatever writing, learned or not")
    void ownAddresses() {
        PeerAddress learned = new PeerAddress("aa", Transport.TLS, "10.1.0.2", 4863);
        assertThat(endpoints(
                        node(Optional.of("localhost"), "10.1.0.2", "2001:db8::2", "127.0.0.9"), Optional.of(learned)))
                .isEmpty();
    }

    @Test
    @DisplayName("what is no address is passed over")
    void rubbish() {
        assertThat(endpoints(node(Optional.of("a b"), "?", "[::1", "192.0.2.1:0"), Optional.empty()))
                .isEmpty();
    }
}
