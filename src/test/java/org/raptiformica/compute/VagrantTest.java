package org.raptiformica.compute;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.raptiformica.config.Mapping;
import org.raptiformica.config.Modules;
import org.raptiformica.host.Command;
import org.raptiformica.host.LocalHost;
import org.raptiformica.host.Outcome;

/** The built-in compute type {@code vagrant}, with a stand-in for the one program that cannot run everywhere. */
class VagrantTest {

    private static final Path MODULE = Path.of("modules/compute/vagrant").toAbsolutePath();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path home;

    private final Mapping mapping = Modules.loadOne(MODULE).mapping();

    @BeforeEach
    void aCheckout() throws IOException {
        Path checkout = Files.createDirectories(home.resolve("checkout"));
        try (Stream<Path> files = Files.list(MODULE)) {
            for (Path file : files.toList()) {
                Files.copy(file, checkout.resolve(file.getFileName()));
                assertThat(checkout.resolve(file.getFileName()).toFile().setExecutable(true))
                        .isTrue();
            }
        }
    }

    /** Runs a command of the type where a program named vagrant is this script. */
    private Outcome run(String key, String vagrant) throws IOException {
        Path bin = Files.createDirectories(home.resolve("bin"));
        Files.writeString(bin.resolve("vagrant"), "#!/bin/sh\n" + vagrant + "\n");
        assertThat(bin.resolve("vagrant").toFile().setExecutable(true)).isTrue();
        Command command = Command.of(
                        "sh",
                        "-c",
                        "cd " + home.resolve("checkout") + "; "
                                + mapping.get("raptiformica/compute/vagrant/headless/" + key)
                                        .orElseThrow())
                .withEnvironment("PATH", bin + ":" + System.getenv("PATH"));
        for (Map.Entry<String, String> variable : Map.of(
                        "RAPTIFORMICA_AUTHORIZED_KEYS", home.resolve("keys").toString())
                .entrySet()) {
            command = command.withEnvironment(variable.getKey(), variable.getValue());
        }
        return new LocalHost().run(command);
    }

    @ParameterizedTest
    @CsvSource({
        "running, 0",
        "saved, 0",
        "paused, 0",
        "some_new_word, 0",
        "not_created, 1",
        "poweroff, 1",
        "shutoff, 1",
        "aborted, 1"
    })
    @DisplayName("a machine counts as gone in those states alone in which it surely is")
    void states(String state, int exitCode) throws IOException {
        String answer = "echo 1764000000,default,provider-name,virtualbox; echo 1764000000,default,state," + state
                + "; echo 1764000000,default,state-human-short," + state;

        assertThat(run("detect_stale_instance", answer).exitCode()).isEqualTo(exitCode);
    }

    @Test
    @DisplayName("where vagrant fails nobody knows, and the machine is not given up")
    void failures() throws IOException {
        for (String failing : List.of("exit 1", "echo 'VBoxManage: not found' >&2; exit 1", "kill -9 $$")) {
            assertThat(run("detect_stale_instance", failing).ok()).as(failing).isTrue();
        }
    }

    @Test
    @DisplayName("the address is the forwarded port of this machine, whatever is printed before it")
    void address() throws IOException {
        String answer = """
                cat <<'EOF'
                WARNING: something about a plugin
                Host default
                  HostName 127.0.0.1
                  User vagrant
                  Port 2200
                  UserKnownHostsFile /dev/null
                EOF""";

        assertThat(run("get_hostname", answer).out().strip()).isEqualTo("127.0.0.1");
        assertThat(run("get_port", answer).out().strip()).isEqualTo("2200");
    }

    @Test
    @DisplayName("the keys lie beside the Vagrantfile when vagrant boots")
    void boot() throws IOException {
        Files.writeString(home.resolve("keys"), "ssh-ed25519 AAAA\n");

        assertThat(run("start_instance", "[ \"$1\" = up ] && cat authorized_keys")
                        .out())
                .contains("ssh-ed25519 AAAA");
        assertThat(run("start_instance", "exit 3").exitCode()).isEqualTo(3);
    }
}
