package org.raptiformica.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.raptiformica.agent.node.Log;
import org.raptiformica.consul.ConsulClient;
import org.raptiformica.host.Waiting;
import org.raptiformica.provision.service.OwnSupervision;
import org.raptiformica.provision.service.ProcessState;
import org.raptiformica.provision.service.Service;

/** With processes that do nothing, and a port that answers nothing. */
class StuckProcessesTest {

    @TempDir
    Path directory;

    private final ByteArrayOutputStream told = new ByteArrayOutputStream();

    /** What becomes of a process, looked at every 50 ms, until it is another one. */
    private void isRestarted(String name, URI consul, boolean stopped) throws IOException {
        OwnSupervision supervision = new OwnSupervision(directory.resolve("run"), InstantSource.system());
        Service service =
                new Service(name, List.of("/bin/sleep", "1000"), Map.of(), directory.resolve("log/" + name + ".log"));
        Log log = new Log(new PrintStream(told, true, StandardCharsets.UTF_8));
        supervision.start(service);
        Thread watching = Thread.ofVirtual()
                .start(new StuckProcesses(
                        List.of(service),
                        supervision,
                        new ConsulClient(consul, Duration.ofMillis(100)),
                        log,
                        Duration.ofMillis(50))::run);
        try {
            ProcessState before = supervision.state(name).orElseThrow();
            if (stopped) {
                new ProcessBuilder("kill", "-STOP", Long.toString(before.pid())).start();
            }
            Waiting.until(
                    "another process",
                    Duration.ofSeconds(20),
                    () -> supervision.state(name).filter(now -> !now.equals(before)));
            Waiting.until(
                    "word of it", Duration.ofSeconds(20), () -> told.size() > 0 ? Optional.of(true) : Optional.empty());
        } finally {
            watching.interrupt();
            supervision.stop(name);
        }
    }

    @Test
    @DisplayName("a process that was stopped by a signal is restarted")
    void stopped() throws IOException {
        isRestarted("yggdrasil", URI.create("http://127.0.0.1:9"), true);
        assertThat(told.toString(StandardCharsets.UTF_8)).contains("yggdrasil: restarted, it was stopped by a signal");
    }

    @Test
    @DisplayName("a Consul that answers nothing is restarted")
    void silent() throws IOException {
        try (ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            isRestarted("consul", URI.create("http://127.0.0.1:" + mute.getLocalPort()), false);
        }
        assertThat(told.toString(StandardCharsets.UTF_8)).contains("consul: restarted, it answered nothing");
    }

    @Test
    @DisplayName("of other processes nobody expects an answer")
    void others() throws Exception {
        OwnSupervision supervision = new OwnSupervision(directory.resolve("run"), InstantSource.system());
        Service service =
                new Service("yggdrasil", List.of("/bin/sleep", "1000"), Map.of(), directory.resolve("log/y.log"));
        supervision.start(service);
        Optional<ProcessState> before = supervision.state("yggdrasil");
        Thread watching = Thread.ofVirtual()
                .start(new StuckProcesses(
                        List.of(service),
                        supervision,
                        new ConsulClient(URI.create("http://127.0.0.1:9"), Duration.ofMillis(100)),
                        new Log(new PrintStream(told, true, StandardCharsets.UTF_8)),
                        Duration.ofMillis(5))::run);
        try {
            watching.join(Duration.ofMillis(500));
            assertThat(supervision.state("yggdrasil")).isEqualTo(before);
        } finally {
            watching.interrupt();
            supervision.stop("yggdrasil");
        }
    }
}
