package org.raptiformica.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.raptiformica.config.CacheDirectory;
import org.raptiformica.config.ConfigCache;
import org.raptiformica.config.Mapping;
import org.raptiformica.mesh.EngineKind;

/** What cannot work is told in one message that says what, where and what to do, with the documented exit code. */
@Acceptance
@Order(4)
class BadInputIT {

    @TempDir
    Path home;

    private String publicKey = "";

    private Program program() {
        return Program.at(home);
    }

    @BeforeEach
    void aClientWithAKey() throws Exception {
        Path ssh = Files.createDirectories(home.resolve(".ssh"));
        Process keygen = new ProcessBuilder(
                        "ssh-keygen",
                        "-q",
                        "-t",
                        "ed25519",
                        "-N",
                        "",
                        "-f",
                        ssh.resolve("id_ed25519").toString())
                .start();
        assertThat(keygen.waitFor()).isZero();
        publicKey = Files.readString(ssh.resolve("id_ed25519.pub")).strip();
    }

    @AfterEach
    void leavesNothing() {
        program().succeed("destroy");
    }

    private void refused(Run run, int exitCode, String... parts) {
        assertThat(run.exitCode()).as(run.told()).isEqualTo(exitCode);
        assertThat(run.err())
                .as(run.told())
                .contains(parts)
                .doesNotContain("Exception")
                .doesNotContain("\tat ");
    }

    @Test
    @DisplayName("members, with no cluster")
    void membersWithNoCluster() {
        refused(program().run("members"), 7, "it knows of no cluster", "raptiformica spawn");
    }

    @Test
    @DisplayName("an unknown option, an unknown command, a count that is no number")
    void usage() {
        refused(program().run("members", "--bogus"), 2, "--bogus", "--help");
        refused(program().run("bogus"), 2, "bogus");
        refused(program().run("spawn", "--count", "many"), 2, "--count", "many");
        refused(program().run("spawn", "--count", "0"), 2, "--count is 0");
        refused(program().run("slave", "not a host"), 6, "not a host");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "[{\"dst\": \"a\", \"colour\": \"red\"}]           | $[0]       | colour",
                "[{\"dst\": \"a\"}, {\"dst\": [\"b\"]}]             | $[1].dst   | ",
                "[{\"dst\": \"a\"}, {\"dst\": \"b\"}, {\"dst\": \"a\"}] | $[2]       | a",
                "[{\"port\": 22}]                              | $[0]       | dst",
                "[{\"dst\": \"a\", \"port\": 70000}]           | $[0].port  | 70000",
                "[{\"dst\": \"a\", \"port\": \"ssh\"}]           | $[0].port  | ssh",
                "{\"dst\": \"a\"}                              | house.json | list",
                "[{\"dst\": \"a\"                              | house.json | "
            })
    @DisplayName("an inventory with an unknown key, a wrong type, a duplicate, no dst, a bad port, or cut short")
    void wrongInventory(String inventory, String place, @Nullable String part) throws IOException {
        Path file = Files.writeString(home.resolve("house.json"), inventory);
        refused(
                program().run("deploy", file.toString()),
                6,
                file.toString(),
                place.strip(),
                part == null ? "" : part.strip());
        assertThat(program().cache().resolve("mutable_config.json")).doesNotExist();
    }

    @Test
    @DisplayName("a host that no name server knows")
    void unknownHost() {
        refused(program().run("slave", "no-such-machine.invalid"), 4, "no-such-machine.invalid");
    }

    @Test
    @DisplayName("a host that refuses SSH")
    void refusedConnection() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        refused(program().run("slave", "127.0.0.1", "--port", String.valueOf(port)), 4, "127.0.0.1:" + port, "refuse");
    }

    @Test
    @DisplayName("a host key that is another one than at first contact")
    void changedHostKey() {
        try (BareMachine machine = BareMachine.boot(publicKey)) {
            program().succeed("slave", machine.address(), "--no-provision", "--no-assimilate");
            machine.run("rm /etc/ssh/ssh_host_* && ssh-keygen -A && kill -HUP $(cat /run/sshd.pid)");
            refused(program().run("slave", machine.address()), 4, machine.address(), "host key", "known_hosts");
        }
    }

    @Test
    @DisplayName("a machine that does not accept our keys")
    void permissionDenied() {
        try (BareMachine machine = BareMachine.boot("ssh-ed25519 AAAA nobody")) {
            refused(program().run("slave", machine.address()), 4, machine.address(), "authorized_keys");
        }
    }

    @Test
    @DisplayName("a user who is not root")
    void notRoot() {
        try (BareMachine machine = BareMachine.boot(publicKey)) {
            machine.run("useradd --create-home --shell /bin/sh guest"
                    + " && mkdir /home/guest/.ssh && cp /root/.ssh/authorized_keys /home/guest/.ssh/"
                    + " && chown -R guest /home/guest/.ssh");
            refused(program().run("slave", "guest@" + machine.address()), 5, "root", "guest");
        }
    }

    @Test
    @DisplayName("a machine without a TUN device")
    void noTunDevice() {
        try (BareMachine machine = BareMachine.bootWithoutTun(publicKey, "--cap-drop=MKNOD")) {
            refused(program().run("slave", machine.address()), 5, "/dev/net/tun", "tun");
        }
    }

    @Test
    @DisplayName("a machine with IPv6 switched off in the kernel")
    void ipv6SwitchedOff() {
        try (BareMachine machine = BareMachine.boot(
                publicKey,
                "--sysctl=net.ipv6.conf.default.disable_ipv6=1",
                "--sysctl=net.ipv6.conf.all.disable_ipv6=1")) {
            refused(program().run("slave", machine.address()), 5, "IPv6", "sysctl");
        }
    }

    @Test
    @DisplayName("a mesh of cjdns: no TUN device, no IPv6, a taken port of cjdns are told before a cjdroute is needed")
    void unsuitableForCjdns() throws IOException {
        Program client = withoutCjdroute();
        try (BareMachine noTun = BareMachine.bootWithoutTun(publicKey, "--cap-drop=MKNOD");
                BareMachine noIpv6 = BareMachine.boot(
                        publicKey,
                        "--sysctl=net.ipv6.conf.default.disable_ipv6=1",
                        "--sysctl=net.ipv6.conf.all.disable_ipv6=1");
                BareMachine taken = BareMachine.boot(publicKey)) {
            refused(client.run("slave", noTun.address(), "--mesh", "cjdns"), 5, "/dev/net/tun", "tun");
            refused(client.run("slave", noIpv6.address(), "--mesh", "cjdns"), 5, "IPv6", "sysctl");
            for (String port : List.of("4863", "11234")) {
                taken.run("perl -MSocket -e 'socket(S, PF_INET, SOCK_DGRAM, 0); bind(S, sockaddr_in(" + port
                        + ", INADDR_ANY)) or die; fork and exit; sleep 60'");
                refused(client.run("slave", taken.address(), "--mesh", "cjdns"), 5, "udp port " + port, "perl");
                taken.run("pkill perl");
            }
            Run lacking = client.run("slave", taken.address(), "--mesh", "cjdns");
            assertThat(lacking.exitCode()).as(lacking.told()).isNotZero();
            assertThat(lacking.err()).contains("cjdroute", "Debian has no package of it", "--mesh yggdrasil");
        }
        assertThat(EngineKind.of(engineKept())).as("engine of the next cluster").isEqualTo(EngineKind.YGGDRASIL);
    }

    @Test
    @DisplayName("a spawn with a mesh of cjdns and no cjdroute: told before anything is booted, and forgotten")
    void noCjdroute() throws IOException {
        Run run = withoutCjdroute().run("spawn", "--mesh", "cjdns");
        assertThat(run.exitCode()).as(run.told()).isNotZero();
        assertThat(run.err())
                .contains("cjdroute", "Debian has no package of it", "artifact add cjdroute", "--mesh yggdrasil")
                .doesNotContain("Exception");
        assertThat(Docker.instancesOf(program())).as("booted").isEmpty();
        assertThat(EngineKind.of(engineKept())).as("engine of the next cluster").isEqualTo(EngineKind.YGGDRASIL);
    }

    /** A client whose artifacts are its own, and who finds no cjdroute on this machine. */
    private Program withoutCjdroute() throws IOException {
        assumeTrue(
                Stream.of("/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin", "/sbin", "/bin")
                        .noneMatch(directory -> Files.exists(Path.of(directory, "cjdroute"))),
                "skipped: a cjdroute is installed on this machine");
        Files.createDirectories(Program.binaries(home.resolve(".raptiformica.d")));
        return Program.at(home)
                .meshedBy(EngineKind.YGGDRASIL)
                .with("CJDROUTE", "")
                .with("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    }

    private Mapping engineKept() {
        return new ConfigCache(new CacheDirectory(program().cache())).read().orElseThrow();
    }

    @Test
    @DisplayName("a full disk")
    void fullDisk() {
        try (BareMachine machine = BareMachine.boot(publicKey, "--tmpfs=/opt:size=8m")) {
            refused(program().run("slave", machine.address()), 5, "disk is full", "/opt");
        }
    }

    @Test
    @DisplayName("a clock that is wrong by hours")
    void wrongClock() {
        try (BareMachine machine = BareMachine.boot(publicKey)) {
            // No container can have a clock of its own, so its `date` is three hours late.
            machine.run("mv /bin/date /bin/date.true && printf '%s\\n' '#!/bin/sh'"
                    + " 'exec /bin/date.true -d \"-3 hours\" \"$@\"' > /bin/date && chmod 755 /bin/date");
            refused(program().run("slave", machine.address()), 5, "clock", "date -u -s");
        }
    }

    @Test
    @DisplayName("a platform that there is no program for")
    void unsupportedPlatform() {
        try (BareMachine machine = BareMachine.boot(publicKey)) {
            machine.run("printf '%s\\n' '#!/bin/sh' 'case $1 in -m) echo mips64;; *) echo Linux;; esac'"
                    + " > /usr/local/bin/uname && chmod 755 /usr/local/bin/uname"
                    + " && mv /bin/uname /bin/uname.true && ln -s /usr/local/bin/uname /bin/uname");
            refused(program().run("slave", machine.address()), 5, "mips64");
        }
    }

    @Test
    @DisplayName("a port of ours that another process has")
    void portTaken() {
        try (BareMachine machine = BareMachine.boot(publicKey)) {
            machine.run("/usr/sbin/sshd -p 8500");
            refused(program().run("slave", machine.address()), 5, "8500", "sshd");
        }
    }

    @Test
    @DisplayName("a cache file that is no JSON, and one that was cut short")
    void brokenCache() throws IOException {
        Path file = program().cache().resolve("mutable_config.json");
        for (String broken : new String[] {"this is no JSON", "{\"raptiformica/server/a/b/bootstrap\": \"x", ""}) {
            Files.writeString(file, broken);
            refused(program().run("members"), 6, file.toString());
            refused(program().run("spawn"), 6, file.toString());
            refused(program().run("slave", "192.0.2.1"), 6, file.toString());
            assertThat(file).as("the broken file is kept as it is").hasContent(broken);
        }
        program().succeed("destroy");
        assertThat(file).as("what destroy leaves of the config").doesNotExist();
    }

    @Test
    @DisplayName("a full disk of this machine")
    void clientDiskFull() {
        Path small = home.resolve("small");
        Local.run("sh", "-c", "mkdir $0 && mount -t tmpfs -o size=64k tmpfs $0", small.toString());
        try {
            Local.run("sh", "-c", "dd if=/dev/zero of=$0/filler bs=4k 2>/dev/null || true", small.toString());
            Run run = program().run("slave", "127.0.0.1", "--port", "1", "--cache-dir", small.toString());
            refused(run, 8, "No space left on device");
            assertThat(run.err()).doesNotContain("java.");
        } finally {
            Local.run("umount", small.toString());
        }
    }

    @Test
    @DisplayName("types that can be booted here, and JSON for what failed")
    void json() {
        Run available = program().succeed("spawn", "--check-available", "--output", "json");
        assertThat(JsonParser.parseString(available.out())
                        .getAsJsonObject()
                        .get("available")
                        .getAsBoolean())
                .isTrue();
        Run wrong = program().run("spawn", "--count", "many", "--output", "json");
        assertThat(JsonParser.parseString(wrong.out())
                        .getAsJsonObject()
                        .getAsJsonObject("failure")
                        .get("kind")
                        .getAsString())
                .isEqualTo("usage");
        Run quiet = program().succeed("spawn", "--check-available", "--quiet");
        assertThat(quiet.err()).isEmpty();
    }

    @Test
    @DisplayName("progress on a small terminal")
    void smallTerminal() throws IOException {
        String command = "stty rows 5 cols 40; " + Program.distribution().resolve("bin/raptiformica")
                + " slave 127.0.0.1 --port 1";
        ProcessBuilder terminal =
                new ProcessBuilder("script", "--quiet", "--command", command, "/dev/null").redirectErrorStream(true);
        terminal.environment().putAll(Map.of("HOME", home.toString(), "RAPTIFORMICA_CACHE_DIR", ""));
        Process process = terminal.start();
        process.getOutputStream().close();
        String seen = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(seen.lines().filter(line -> line.contains("✗")))
                .as(seen)
                .isNotEmpty()
                .allSatisfy(line ->
                        assertThat(line.replaceAll("\u001b\\[[0-9]*[A-Z]", "")).hasSizeLessThan(41));
    }

    @Test
    @DisplayName("a Docker engine that does not run, and no docker at all")
    void noDocker() throws IOException {
        Program withoutEngine = Program.at(home).with("DOCKER_HOST", "unix:///nonexistent/docker.sock");
        refused(withoutEngine.run("spawn"), 3, "Docker");
        Path bin = Files.createDirectories(home.resolve("bin"));
        for (String tool : new String[] {"sh", "ssh", "ssh-keygen", "ssh-add", "uname", "dirname", "readlink", "cat"}) {
            Files.createSymbolicLink(
                    bin.resolve(tool), Path.of("/usr/bin", tool).toRealPath());
        }
        refused(Program.at(home).with("PATH", bin.toString()).run("spawn"), 3, "docker");
    }

    @Test
    @DisplayName("no right to use Docker")
    void noPermissionForDocker() throws IOException {
        Path bin = Files.createDirectories(home.resolve("bin"));
        Path docker = bin.resolve("docker");
        // The real docker, run by a user who is not in its group.
        Files.writeString(
                docker,
                "#!/bin/sh\nexec setpriv --reuid=65534 --regid=65534 --clear-groups env HOME=/tmp" + " " + realDocker()
                        + " \"$@\"\n");
        Files.setPosixFilePermissions(docker, PosixFilePermissions.fromString("rwxr-xr-x"));
        Run run =
                Program.at(home).with("PATH", bin + ":" + System.getenv("PATH")).run("spawn");
        refused(run, 3, "may not use the Docker engine", "usermod -aG docker");
    }

    private static String realDocker() throws IOException {
        for (String directory : System.getenv("PATH").split(":", -1)) {
            Path candidate = Path.of(directory, "docker");
            if (Files.isExecutable(candidate)) {
                return candidate.toRealPath().toString();
            }
        }
        throw new AssertionError("no docker on PATH");
    }
}
