package org.raptiformica.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeerAddressTest {

    @Test
    @DisplayName("what it writes it reads: names, IPv4, IPv6 in brackets")
    void writtenAndRead() {
        Stream.of("node.example.org", "192.0.2.1", "2001:db8::1")
                .map(host -> new PeerAddress("key", Transport.QUIC, host, 4863))
                .forEach(address ->
                        assertThat(PeerAddress.parse("key", address.endpoint())).contains(address));
        assertThat(new PeerAddress("key", Transport.TLS, "2001:db8::1", 1).endpoint())
                .isEqualTo("tls://[2001:db8::1]:1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "tls://",
                "tls://host",
                "ftp://host:1",
                "tls://h:0",
                "tls://h:65536",
                "tls://[fe80::1%25eth0]:1"
            })
    @DisplayName("what has another form is not read")
    void otherForms(String text) {
        assertThat(PeerAddress.parse("key", text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "host?password=x", "host/path", "user@host"})
    @DisplayName("a host that would mean something else in an address is refused")
    void badHosts(String host) {
        assertThatThrownBy(() -> new PeerAddress("key", Transport.TLS, host, 1))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
