package org.raptiformica.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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
            assertThat(a.run("ping -c 3 -i 0.2 10.213.0.2 | awk -F/ '/^rtt/ {print int($5)}'"))
                    .as("milliseconds there and back, underneath")
                    .matches("1[0-9][0-9]");
            a.succeed("slave", "10.213.0.1");
            a.succeed("slave", "10.213.0.2");
            Reached.all("1 % loss and 100 ms", SOON, List.of(a, b));
            carries(a, b);
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
        a.succeed("slave", a.on(lan));
        a.succeed("slave", b.on(lan));
        Reached.all("MTU 1280", SOON, List.of(a, b));
        carries(a, b);
    }

    private static void carries(LanMachine from, LanMachine to) {
        from.run("head -c 3000000 /dev/urandom > /root/sent && ssh -o StrictHostKeyChecking=no root@"
                + from.addresses().get(to.name()) + " 'cat > /root/received' < /root/sent");
        assertThat(to.run("sha256sum < /root/received"))
                .as("sum of what " + to.name() + " received over the mesh")
                .isEqualTo(from.run("sha256sum < /root/sent"));
    }
}
