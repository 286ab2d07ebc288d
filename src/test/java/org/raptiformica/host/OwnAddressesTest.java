package org.raptiformica.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class OwnAddressesTest {

    private final OwnAddresses own = new OwnAddresses(
            List.of("192.168.4.2"),
            Set.of("192.168.4.2", "2001:db8:0:0:0:0:0:1"),
            Set.of(new OwnAddresses.Network(InetAddress.ofLiteral("192.168.4.2"), 22)));

    @Test
    @DisplayName("an address is this machine's own in whatever writing, and so is all of loopback")
    void own() {
        assertThat(List.of("192.168.4.2", "2001:db8::1", "127.0.0.7", "::1", "localhost"))
                .allMatch(own::isOwn);
        assertThat(List.of("192.168.4.3", "2001:db8::2", "box.example.org")).noneMatch(own::isOwn);
    }

    @Test
    @DisplayName("a private address is near in a network of this machine only, a public one and a name always")
    void near() {
        assertThat(List.of("192.168.7.255", "198.51.100.7", "2001:db8::9", "box.example.org"))
                .allMatch(own::isNear);
        assertThat(List.of("192.168.8.1", "10.0.0.1", "172.16.0.1", "100.64.0.1", "fd00::1"))
                .noneMatch(own::isNear);
    }

    @Test
    @DisplayName("what the kernel of this machine has is told without loopback, link-local and mesh addresses")
    void now() {
        assertThat(OwnAddresses.now().reachable())
                .noneMatch(
                        address -> address.startsWith("127.") || address.startsWith("fe80:") || address.contains("%"));
        assertThat(OwnAddresses.now().every()).contains("127.0.0.1", "localhost");
    }
}
