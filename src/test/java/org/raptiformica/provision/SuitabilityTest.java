package org.raptiformica.provision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.raptiformica.failure.MachineUnsuitable;
import org.raptiformica.mesh.EngineKind;

class SuitabilityTest {

    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    private static final String FINE = """
            hostname=box
            uid=0
            os=Linux
            kernel=6.1.0
            machine=x86_64
            libc=glibc 2.36
            distribution=debian
            distribution_version=12
            init=other
            tun=opens
            capabilities=00000000a80435fb
            free /usr=90000000000 /
            free /opt=90000000000 /
            free /root/.raptiformica.d=90000000000 /
            ipv6=enabled
            tool=tar
            tool=gzip
            tool=sha256sum
            tool=awk
            tool=setsid
            epoch=1795348800
            end=inspection
            """;

    private static List<String> problems(String line, String instead) {
        return problems(line, instead, EngineKind.YGGDRASIL);
    }

    private static List<String> problems(String line, String instead, EngineKind engine) {
        assertThat(FINE).contains(line);
        Inspection seen = new InspectionReport("box:22", FINE.replace(line, instead)).inspection(NOW);
        return new Suitability("box:22", seen, engine)
                .problems().stream().map(MachineUnsuitable::message).toList();
    }

    @Test
    void findsNothingWrongWithAnOrdinaryMachine() {
        assertThat(problems("hostname=box", "hostname=box")).isEmpty();
    }

    @Test
    void refusesANodeOfAMeshOfAnotherEngine() {
        assertThat(problems("ipv6=enabled", "ipv6=enabled\nrunning=cjdns"))
                .singleElement()
                .asString()
                .contains(
                        "it is a node of a mesh of cjdns, and the mesh of this cluster is of yggdrasil",
                        "raptiformica clean");
    }

    @Test
    void refusesANodeOfYggdrasilInAMeshOfCjdns() {
        assertThat(problems("ipv6=enabled", "ipv6=enabled\nrunning=yggdrasil", EngineKind.CJDNS))
                .singleElement()
                .asString()
                .contains("it is a node of a mesh of yggdrasil, and the mesh of this cluster is of cjdns");
    }

    @Test
    void needsOfCjdnsPortsOnlyWhatCjdnsListensOn() {
        String taken = "ipv6=enabled\nport=tcp 4863 7 web\nport=udp 4863 8 game\nport=udp 11234 9 cjdroute";
        assertThat(problems("ipv6=enabled", taken, EngineKind.CJDNS))
                .extracting(text -> text.lines().findFirst().orElseThrow())
                .containsExactly(
                        "box:22: udp port 4863 is taken by process 8 (game)",
                        "box:22: udp port 11234 is taken by process 9 (cjdroute)");
        assertThat(problems("ipv6=enabled", taken, EngineKind.YGGDRASIL))
                .extracting(text -> text.lines().findFirst().orElseThrow())
                .containsExactly(
                        "box:22: tcp port 4863 is taken by process 7 (web)",
                        "box:22: udp port 4863 is taken by process 8 (game)");
    }

    @Test
    void refusesWhoIsNotRoot() {
        assertThat(problems("uid=0", "uid=1000")).singleElement().asString().startsWith("""
                box:22: we are logged in as user id 1000, not as root
                  Let root log in with your SSH key there""");
    }

    @Test
    void refusesRootWithoutPowerOverTheNetwork() {
        assertThat(problems("capabilities=00000000a80435fb", "capabilities=00000000a80425fb"))
                .singleElement()
                .asString()
                .contains("no CAP_NET_ADMIN", "--cap-add NET_ADMIN");
    }

    @Test
    void refusesAPlatformWithoutARuntime() {
        assertThat(problems("machine=x86_64", "machine=i686"))
                .singleElement()
                .asString()
                .startsWith("""
                box:22: its platform is linux-i686
                  A node is one of: linux-aarch64, linux-x86_64.""");
    }

    @Test
    void refusesMusl() {
        assertThat(problems("libc=glibc 2.36", "libc=musl"))
                .singleElement()
                .asString()
                .contains("its C library is musl");
    }

    @Test
    void namesToolsThatAreMissing() {
        assertThat(problems("tool=tar\ntool=gzip\n", ""))
                .singleElement()
                .asString()
                .contains("it lacks gzip, tar");
    }

    @Test
    void tellsHowToSwitchIpv6On() {
        assertThat(problems("ipv6=enabled", "ipv6=disabled"))
                .singleElement()
                .asString()
                .contains("IPv6 is switched off", "sysctl -w net.ipv6.conf.all.disable_ipv6=0");
    }

    @Test
    void addsUpTheRoomNeededOnAFileSystem() {
        assertThat(problems("free /opt=90000000000 /\n", "free /opt=90000000 /\n"))
                .singleElement()
                .asString()
                .startsWith("box:22: its disk is full: a node needs 550 MB free at /, there are 90 MB");
    }

    @Test
    void asksOfASeparateFileSystemOnlyItsOwnShare() {
        assertThat(problems("free /opt=90000000000 /\n", "free /opt=110000000 /opt\n"))
                .isEmpty();
    }

    @Test
    void tellsBothTimesWhenAClockIsHoursWrong() {
        assertThat(problems("epoch=1795348800", "epoch=1795338000")).containsExactly("""
                box:22: its clock is 3 h 0 min behind ours: 2026-11-22 09:00:00 there, 2026-11-22 12:00:00 here (UTC)
                  Set it, `date -u -s '2026-11-22 12:00:00'` there, or let it follow a time server.""");
    }

    @Test
    void bearsAClockThatIsMinutesWrong() {
        assertThat(problems("epoch=1795348800", "epoch=1795349040")).isEmpty();
    }

    @Test
    void namesWhoTookAPort() {
        assertThat(problems("ipv6=enabled", "ipv6=enabled\nport=tcp 8500 4711 consul"))
                .containsExactly("""
                        box:22: tcp port 8500 is taken by process 4711 (consul)
                          Stop that process on the machine: a node needs the ports 4863, 8300-8302, 8500 and 8600.""");
    }

    @Test
    void throwsTheMostFundamentalProblem() {
        String text = FINE.replace("uid=0", "uid=1").replace("ipv6=enabled", "ipv6=missing");
        Inspection seen = new InspectionReport("box", text).inspection(NOW);

        assertThatThrownBy(() -> new Suitability("box", seen, EngineKind.YGGDRASIL).require())
                .isInstanceOf(MachineUnsuitable.class)
                .hasMessageContaining("not as root");
    }
}
