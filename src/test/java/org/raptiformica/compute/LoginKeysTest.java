package org.raptiformica.compute;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.raptiformica.config.CacheDirectory;
import org.raptiformica.host.Command;
import org.raptiformica.host.LocalHost;
import org.raptiformica.host.Outcome;
import org.raptiformica.host.Waiting;

class LoginKeysTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void takesTheKeysInTheAgentWhereOneRuns() throws Exception {
        makeKey(home().resolve(".ssh/id_ed25519"), "");
        Path other = makeKey(directory.resolve("other"), "");
        Path socket = directory.resolve("agent");
        Process agent = new ProcessBuilder("ssh-agent", "-D", "-a", socket.toString()).start();
        try {
            Waiting.until(
                    "the agent",
                    Duration.ofSeconds(10),
                    () -> Optional.of(socket).filter(Files::exists));
            Map<String, String> environment = Map.of("SSH_AUTH_SOCK", socket.toString());
            run("ssh-add", environment, other.toString());
            LoginKeys keys = LoginKeys.find(cache(), home(), environment);
            assertThat(keys.authorized()).containsExactly(publicKey(other));
            assertThat(keys.identities()).isEmpty();
            assertThat(keys.file()).hasContent(publicKey(other));
        } finally {
            agent.destroy();
            agent.waitFor();
        }
    }

    @Test
    void takesTheKeysInTheHomeDirectoryWhereNoAgentAnswers() throws Exception {
        Path key = makeKey(home().resolve(".ssh/id_ed25519"), "");
        Files.writeString(home().resolve(".ssh/notes.pub"), "no key at all\n");
        LoginKeys keys = LoginKeys.find(
                cache(), home(), Map.of("SSH_AUTH_SOCK", directory.resolve("no").toString()));
        assertThat(keys.authorized()).containsExactly(publicKey(key));
        assertThat(keys.identities()).containsExactly(key);
    }

    @Test
    void makesAKeyForTheClusterOnceWhereThereIsNone() throws Exception {
        List<LoginKeys> found = IntStream.range(0, 4)
                .parallel()
                .mapToObj(i -> LoginKeys.find(cache(), home(), Map.of()))
                .toList();
        assertThat(found).allSatisfy(keys -> {
            assertThat(keys.authorized()).containsExactly(publicKey(cache().sshKey()));
            assertThat(keys.identities()).containsExactly(cache().sshKey());
        });
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(cache().sshKey())))
                .isEqualTo("rw-------");
    }

    @Test
    void aKeyThatAsksForAPassphraseIsNotEnough() throws Exception {
        Path key = makeKey(home().resolve(".ssh/id_ed25519"), "a passphrase");
        LoginKeys keys = LoginKeys.find(cache(), home(), Map.of());
        assertThat(keys.authorized()).containsExactly(publicKey(key), publicKey(cache().sshKey()));
        assertThat(keys.identities()).containsExactly(cache().sshKey());
    }

    private Path home() {
        return directory.resolve("home");
    }

    private CacheDirectory cache() {
        return new CacheDirectory(directory.resolve("cache"));
    }

    private static Path makeKey(Path file, String passphrase) throws Exception {
        Files.createDirectories(file.getParent());
        run("ssh-keygen", Map.of(), "-q", "-t", "ed25519", "-N", passphrase, "-f", file.toString());
        return file;
    }

    private static String publicKey(Path key) throws Exception {
        return Files.readString(Path.of(key + ".pub")).strip();
    }

    private static void run(String program, Map<String, String> environment, String... arguments) {
        Command command = Command.of(
                Stream.concat(Stream.of(program), Arrays.stream(arguments)).toList());
        for (Map.Entry<String, String> variable : environment.entrySet()) {
            command = command.withEnvironment(variable.getKey(), variable.getValue());
        }
        Outcome outcome = new LocalHost().run(command);
        assertThat(outcome.ok()).as(outcome.err()).isTrue();
    }
}
