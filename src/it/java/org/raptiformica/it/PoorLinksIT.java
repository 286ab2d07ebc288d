package org.raptiformica.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Links that are slow, lossy or narrow carry a cluster and what people send through it. */
class PoorLinksIT {

    private static final Duration SOON = Duration.ofSeconds(90);
    private static final Duration WAY = Duration.ofMillis(50);

    @TempDir
    Path directory;

    private Topology topology;

    @BeforeEach
    void noMachinesYet() {
        topology = new Topology(directory);
    }

    @AfterEach
    void nothingStays() {
        topology.close();
    }

    /** <pre>a --- 50 ms and 1 of 100 frames lost, each way --- b</pre> */
    @Test
    @DisplayName("a link with 1 % loss and 100 ms")
    void slowAndLossy() {
        LanMachine a = topology.machine("a", topology.lan());
        LanMachine b = topology.machine("b", topology.lan());
        try (SlowLink _ = new SlowLink(a, "10.213.0.1/24", b, "10.213.0.2/24", WAY, 1)) {
            // The least of them: a busy machine only ever adds.
            assertThat(a.run("ping -c 10 -i 0.2 10.213.0.2 | awk -F'[=/ ]+' '/^rtt/ {print int($6)}'"))
                    .as("milliseconds there and back, underneath")
                    .matches("1[0-9][0-9]");
            inEachOrder("1 % loss and 100 ms", a, b, "10.213.0.1", "10.213.0.2");
        }
    }

    /** <pre>a --- MTU 1280 --- b</pre> */
    @Test
    @DisplayName("a link with an MTU of 1280")
    void narrow() {
        Lan lan = topology.lan();
        LanMachine a = topology.machine("a", lan);
        LanMachine b = topology.machine("b", lan);
        for (LanMachine machine : List.of(a, b)) {
            machine.run("ip link set " + machine.deviceOn(lan) + " mtu 1280");
        }
        assertThat(a.does("ping -c 1 -W 1 -M do -s 1400 " + b.on(lan)))
                .as("a larger packet goes through underneath")
                .isFalse();
        inEachOrder("MTU 1280", a, b, a.on(lan), b.on(lan));
    }

    private void inEachOrder(String what, LanMachine a, LanMachine b, String... addresses) {
        Order.AT_ONCE.slave(a, addresses);
        Reached.all(what + ", " + Order.AT_ONCE, SOON, List.of(a, b));
        topology.clean(a, addresses);
        withoutNameServer(a, addresses);
        Reached.all(what + ", " + Order.ONE_BY_ONE, SOON, List.of(a, b));
        carries(a, b);
    }

    /** One by one, and one more that would have to be looked up: its name server answers nothing. */
    private static void withoutNameServer(LanMachine from, String... addresses) {
        from.run("echo nameserver 192.0.2.1 > /etc/resolv.conf");
        String inventory = Stream.concat(Stream.of(addresses), Stream.of("machine.example"))
                .map(address -> "{\"dst\": \"" + address + "\"}")
                .collect(Collectors.joining(",", "[", "]"));
        from.run("echo '" + inventory + "' > /root/house.json");
        Run run = from.program("deploy", "/root/house.json", "--concurrent", "1");
        assertThat(run.exitCode()).as(run.told()).isEqualTo(9);
        assertThat(run.err()).as(run.told()).contains("machine.example").doesNotContain(addresses[1] + ":");
        assertThat(run.time()).as(run.told()).isLessThan(Duration.ofMinutes(2));
    }

    private static void carries(LanMachine from, LanMachine to) {
        from.run("head -c 3000000 /dev/urandom > /root/sent && ssh -o StrictHostKeyChecking=no root@"
                + from.addresses().get(to.name()) + " 'cat > /root/received' < /root/sent");
        assertThat(to.run("sha256sum < /root/received"))
                .as("sum of what " + to.name() + " received over the mesh")
                .isEqualTo(from.run("sha256sum < /root/sent"));
    }
}
