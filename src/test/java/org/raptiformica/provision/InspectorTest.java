package org.raptiformica.provision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.raptiformica.config.ClusterId;
import org.raptiformica.config.Keys;
import org.raptiformica.config.Mapping;
import org.raptiformica.config.NodePaths;
import org.raptiformica.failure.StepFailed;
import org.raptiformica.host.Command;
import org.raptiformica.host.Input;
import org.raptiformica.host.LocalHost;
import org.raptiformica.host.Outcome;
import org.raptiformica.host.Waiting;

class InspectorTest {

    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    @TempDir
    Path root;

    private NodePaths paths = new NodePaths(Path.of("/"));

    @BeforeEach
    void rootedElsewhere() {
        paths = new NodePaths(root);
    }

    private Inspection inspect() {
        return new Inspector(paths, InstantSource.system()).inspect(new LocalHost());
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    @Test
    void tellsWhatKindOfMachineItIs() {
        Inspection seen = inspect();

        assertThat(seen.platform()).startsWith("linux-");
        assertThat(seen.machine()).isEqualTo(System.getProperty("os.arch").replace("amd64", "x86_64"));
        assertThat(seen.hostname()).isNotEmpty();
        assertThat(seen.distribution().id()).isNotEmpty();
        assertThat(seen.tools()).contains("tar", "gzip", "sha256sum");
        assertThat(seen.clockOffset().abs()).isLessThan(Duration.ofSeconds(30));
        assertThat(seen.free())
                .containsKeys("/usr", "/opt")
                .allSatisfy((place, free) -> assertThat(free.bytes()).isPositive());
    }

    @Test
    void findsNothingOfOursOnAFreshMachine() {
        Inspection seen = inspect();

        assertThat(seen.program()).isEmpty();
        assertThat(seen.artifacts()).isEmpty();
        assertThat(seen.config()).isEmpty();
        assertThat(seen.cluster()).isEmpty();
        assertThat(seen.running()).isEmpty();
    }

    @Test
    void findsTheProgramByTheNameOfItsDirectory() throws IOException {
        Path launcher = paths.programs().resolve("0123456789abcdef/bin/raptiformica");
        write(launcher, "#!/bin/sh\n");
        assertThat(launcher.toFile().setExecutable(true)).isTrue();
        Files.createDirectories(paths.program().getParent());
        Files.createSymbolicLink(paths.program(), Path.of("../lib/raptiformica/0123456789abcdef"));

        assertThat(inspect().program()).contains("0123456789abcdef");
    }

    @Test
    void noticesACheckoutOfRaptiformica01() throws IOException {
        Files.createDirectories(paths.program());

        assertThat(inspect().programCheckout()).isTrue();
    }

    @Test
    void findsArtifactsByWhatIsInThemNow() throws IOException {
        Path binary = paths.cache().artifact("x86_64", "consul").resolve("consul");
        write(binary, "abc");
        assertThat(binary.toFile().setExecutable(true)).isTrue();

        assertThat(inspect().artifacts())
                .containsEntry(
                        "x86_64/consul/consul", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    @Test
    void tellsTheClusterWithoutItsSecret() throws IOException {
        write(
                paths.cache().mutableConfig(),
                "{\n  \"raptiformica/meshnet/consul/password\": \"%s\"\n}\n".formatted(SECRET));

        Inspection seen = inspect();

        assertThat(seen.cluster())
                .contains(ClusterId.of(Mapping.empty().with(Keys.CONSUL_PASSWORD, SECRET))
                        .orElseThrow());
        assertThat(seen.toString()).doesNotContain(SECRET);
    }

    @Test
    void knowsWhichServicesRunByTheirPidFiles() throws IOException {
        long pid = ProcessHandle.current().pid();
        String stat = Files.readString(Path.of("/proc/self/stat"));
        String start = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[19];
        write(paths.pid("consul"), pid + " " + start + "\n");
        write(paths.pid("agent"), pid + " 1\n");

        assertThat(inspect().running()).containsExactly("consul");
    }

    @Test
    void namesWhoListensOnAPort() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(takenOf(taken.getLocalPort(), "")).containsExactly(ownPort(taken));
        }
    }

    @Test
    void namesWhoListensAndNotAServiceOfOurs() throws IOException {
        write(paths.pid("yggdrasil"), "1 1\n");

        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(takenOf(taken.getLocalPort(), "")).containsExactly(ownPort(taken));
        }
    }

    @Test
    void aPortThatIsGivenUpWhileItLooksIsFree() throws Exception {
        Path asked = root.resolve("asked");
        Path given = root.resolve("given");
        Path slowed = root.resolve("slowed/ls");
        write(slowed, """
                #!/bin/sh
                if [ "$1" = -l ]; then
                    : >'%s'
                    while [ ! -e '%s' ]; do sleep 0.01; done
                fi
                PATH=${PATH#*:} exec ls "$@"
                """.formatted(asked, given));
        assertThat(slowed.toFile().setExecutable(true)).isTrue();

        ServerSocket ending = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Thread closing = Thread.startVirtualThread(() -> {
            Waiting.until(
                    "the look at who has which socket",
                    Duration.ofSeconds(20),
                    () -> Optional.of(asked).filter(Files::exists));
            assertThatCode(ending::close).doesNotThrowAnyException();
            assertThatCode(() -> Files.createFile(given)).doesNotThrowAnyException();
        });

        assertThat(takenOf(ending.getLocalPort(), "PATH=%s:$PATH; ".formatted(slowed.getParent())))
                .isEmpty();
        closing.join();
    }

    private static Port ownPort(ServerSocket taken) {
        return new Port("tcp", taken.getLocalPort(), ProcessHandle.current().pid(), "java");
    }

    private List<Port> takenOf(int port, String before) {
        Outcome outcome = new LocalHost()
                .run(Command.of(
                                "sh",
                                "-s",
                                "--",
                                root.toString(),
                                paths.cache().root().toString(),
                                String.valueOf(port))
                        .withInput(new Input.Text(before + Script.text("inspect.sh"))));
        return new InspectionReport("here", outcome.out())
                .inspection(Instant.now())
                .takenPorts();
    }

    @Test
    void refusesAReportThatBrokeOff() {
        assertThatThrownBy(() -> new InspectionReport("box", "hostname=box\nuid=0\n"))
                .isInstanceOf(StepFailed.class)
                .hasMessageContaining("broke off half way");
    }
}
