package org.raptiformica.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class NeighbourTest {

    private final Neighbour node = new Neighbour(
            "aa11",
            Optional.of("192.0.2.7"),
            2222,
            "yggdrasil",
            4863,
            "200:1::1",
            "web",
            "linux-x86_64",
            Optional.of("ssh-ed25519 AAAA"),
            Optional.empty(),
            Optional.empty());

    @Test
    void isReadAsItWasWritten() {
        assertThat(Neighbour.all(node.writtenTo(Mapping.empty()))).containsExactly(node);
    }

    @Test
    @DisplayName("a node behind jump hosts keeps the way to it, and other nodes do not dial it")
    void theWayThroughJumpHostsIsKept() {
        Mapping mapping = node.writtenTo(Mapping.empty())
                .with(Keys.neighbour("aa11", "ssh_via"), "gate.example.org:2222,admin@192.0.2.9");

        Neighbour behind = Neighbour.of(mapping, "aa11").orElseThrow();

        assertThat(behind.via()).contains("gate.example.org:2222,admin@192.0.2.9");
        assertThat(behind.dialable()).isFalse();
        assertThat(node.dialable()).isTrue();
        assertThat(behind.writtenTo(Mapping.empty())).isEqualTo(mapping);
    }

    @Test
    void writingReplacesAllThatWasThereForTheNode() {
        Mapping before = Mapping.of(Map.of(
                Keys.neighbour("aa11", "uuid"), "0".repeat(32),
                Keys.neighbour("aa11", "cjdns_ipv6_address"), "fc00::1",
                Keys.neighbour("bb22", "uuid"), "1".repeat(32)));

        Mapping after = node.writtenTo(before);

        assertThat(Neighbour.of(after, "aa11")).contains(node);
        assertThat(after.get(Keys.neighbour("bb22", "uuid"))).isPresent();
    }

    @Test
    void entryOfTheOldProgramHasItsAddressForAName() {
        Mapping old = Mapping.of(Map.of(
                Keys.neighbour("x.k", "host"), "192.0.2.1",
                Keys.neighbour("x.k", "ssh_port"), "2200",
                Keys.neighbour("x.k", "cjdns_port"), "4863",
                Keys.neighbour("x.k", "cjdns_public_key"), "x.k",
                Keys.neighbour("x.k", "cjdns_ipv6_address"), "fc16::12"));

        assertThat(Neighbour.all(old)).singleElement().satisfies(neighbour -> {
            assertThat(neighbour.engine()).isEqualTo("cjdns");
            assertThat(neighbour.name()).isEqualTo("fc16::12");
            assertThat(neighbour.sshPort()).isEqualTo(2200);
        });
    }

    @Test
    @DisplayName("a node of cjdns is entered under the names that 0.1 and its modules read")
    void entryHasTheNamesOfTheOldProgram() {
        Neighbour cjdns = new Neighbour(
                "x.k",
                Optional.of("192.0.2.1"),
                2200,
                "cjdns",
                4863,
                "fc16::12",
                "web",
                "linux-x86_64",
                Optional.empty(),
                Optional.empty(),
                Optional.empty());

        assertThat(cjdns.writtenTo(Mapping.empty()).asMap())
                .containsAllEntriesOf(Map.of(
                        "raptiformica/meshnet/neighbours/x.k/host", "192.0.2.1",
                        "raptiformica/meshnet/neighbours/x.k/ssh_port", "2200",
                        "raptiformica/meshnet/neighbours/x.k/cjdns_port", "4863",
                        "raptiformica/meshnet/neighbours/x.k/cjdns_public_key", "x.k",
                        "raptiformica/meshnet/neighbours/x.k/cjdns_ipv6_address", "fc16::12"));
    }

    @Test
    void halfAnEntryIsNone() {
        assertThat(Neighbour.all(Mapping.of(Map.of(Keys.neighbour("aa11", "host"), "192.0.2.1"))))
                .isEmpty();
    }

    @Test
    void unusablePortIsTheUsualOne() {
        Mapping broken = node.writtenTo(Mapping.empty()).with(Keys.neighbour("aa11", "ssh_port"), "99999");

        assertThat(Neighbour.all(broken))
                .singleElement()
                .extracting(Neighbour::sshPort)
                .isEqualTo(22);
    }

    @Test
    @DisplayName("what a node says of itself is read as it was written, addresses as one value")
    void sayingsAreReadAsTheyWereWritten() {
        Neighbour saying = node.saying(
                List.of("192.0.2.1", "[2001:db8::1]:4000"),
                Optional.of("0123456789abcdef"),
                Optional.of(Instant.ofEpochSecond(1_700_000_000)));
        Mapping written = saying.writtenTo(Mapping.empty());
        assertThat(written.get(Keys.neighbour(node.publicKey(), "addresses"))).contains("192.0.2.1 [2001:db8::1]:4000");
        assertThat(Neighbour.all(written)).containsExactly(saying);
    }

    @Test
    @DisplayName("a node that is dialled at another address is not reached through its former jump hosts any more")
    void anotherAddressIsDialledWithoutJumpHosts() {
        Mapping behind = node.writtenTo(Mapping.empty()).with(Keys.neighbour("aa11", "ssh_via"), "192.0.2.9");

        Neighbour moved = Neighbour.all(behind).getFirst().at(Optional.of("192.0.2.7"), 2222);

        assertThat(moved.via()).isEmpty();
        assertThat(moved.dialable()).isTrue();
    }

    @Test
    @DisplayName("a node without an SSH server has no port of one")
    void withoutServerThereIsNoPort() {
        Mapping written = node.at(Optional.empty(), 22).writtenTo(Mapping.empty());
        assertThat(written.get(Keys.neighbour(node.publicKey(), "ssh_port"))).isEmpty();
    }
}
