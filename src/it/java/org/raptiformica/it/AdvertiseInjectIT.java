package org.raptiformica.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node says where it is reached, and the others tell each other where they found it.
 *
 * <pre>
 *   A ---- network 1 ---- B
 *   A ---- network 2 ---- B
 * </pre>
 */
class AdvertiseInjectIT {

    private static final Duration SOON = Duration.ofSeconds(60);

    private static final String PATHS = "/etc/raptiformica/paths.json";

    @TempDir
    Path directory;

    @Test
    @DisplayName("a node's own addresses, advertised ones and injected ones stand in its entry; advertised wins")
    void entryFollows() {
        try (Networks networks = new Networks()) {
            Path key = Seat.key(directory);
            String first = networks.network();
            String second = networks.network();
            Seat a = networks.with(Seat.withSshServer("a", key, first, second)).withArtifacts();
            Seat b = networks.with(Seat.withSshServer("b", key, first, second));
            a.succeed("slave", "localhost");
            a.succeed("slave", b.on(first));

            Eventually.within(
                    SOON,
                    "B's entry has the addresses of both of its networks",
                    () -> words(a, "addresses").containsAll(List.of(b.on(first), b.on(second))));

            a.succeed("inject", b.on(second));
            Eventually.within(
                    SOON,
                    "B's host is where it was injected",
                    () -> a.entry("b", "host").equals(Optional.of(b.on(second))));

            a.succeed("advertise", "--machine", "b", "b.example.org", "203.0.113.9:5000", "--port", "2222");
            Eventually.within(
                    SOON,
                    "B's entry has what it advertises",
                    () -> a.entry("b", "host").equals(Optional.of("b.example.org"))
                            && a.entry("b", "ssh_port").equals(Optional.of("2222"))
                            && words(a, "addresses").containsAll(List.of("203.0.113.9:5000", b.on(first))));
            assertThat(b.shell("head -n 1 /root/.raptiformica.d/last_advertised"))
                    .isEqualTo("b.example.org 2222");

            b.succeed("advertise", "--remove");
            Eventually.within(
                    SOON,
                    "B's host is an address of its own again",
                    () -> a.entry("b", "host")
                            .filter(host -> List.of(b.on(first), b.on(second)).contains(host))
                            .isPresent());

            a.succeed("members", "--rejoin");
            a.succeed("mesh");
            Reached.all("two networks, advertised and injected", SOON, List.of(a, b));

            whatWorksIsLearned(a, b);
        }
    }

    /**
     * B dials nobody, though with cjdns it answers from the port that it would dial from, and nobody hears it call. Of
     * what it advertises the first is dead, and IPv4 leads nowhere.
     */
    private static void whatWorksIsLearned(Seat a, Seat b) {
        a.shell("ip -6 addr add fd77::1/64 dev eth0 nodad && echo 'fd77::2 b.names' >> /etc/hosts");
        b.shell("ip -6 addr add fd77::2/64 dev eth0 nodad");
        b.succeed("advertise", "203.0.113.9", "fd77::2", "b.names");
        Eventually.within(
                SOON,
                "A has heard of it",
                () -> words(a, "addresses").stream().anyMatch(it -> it.startsWith("b.names")));
        b.shell("""
                nft -f - <<END
                table inet only6 {
                    chain in {
                        type filter hook input priority 0
                        meta nfproto ipv4 tcp dport 4863 reject with tcp reset
                        meta nfproto ipv4 udp dport 4863 reject
                        udp dport 4864 drop
                    }
                    chain out {
                        type filter hook output priority 0
                        tcp dport 4863 drop
                        meta nfproto ipv4 udp dport 4863 drop
                        udp dport 4863 ct state new drop
                        udp dport 4864 drop
                    }
                }
                END""");
        Eventually.within(
                Duration.ofMinutes(3),
                () -> "A has learned what works: "
                        + a.shell("tail -n 30 /var/log/raptiformica/agent.log; cat " + PATHS),
                () -> a.does("grep -E 'fd77:[0:]*2[]]|b[.]names' " + PATHS));
        String learned = learned(a);

        a.shell("cd /run/raptiformica && kill $(cut -d' ' -f1 agent.pid) $(cut -d' ' -f1 %s.pid)"
                .formatted(MeshSwitch.engine().word()));

        Reached.all("advertised: a dead address, IPv6, a name", SOON, List.of(a, b));
        assertThat(learned(a)).as("what A dials first").isEqualTo(learned);
    }

    /** An engine may write an address out that it was given short. */
    private static String learned(Seat seat) {
        return seat.shell("cat " + PATHS).replace("fd77:0:0:0:0:0:0:2", "fd77::2");
    }

    private static List<String> words(Seat seat, String field) {
        return List.of(seat.entry("b", field).orElse("").split(" ", -1));
    }
}
