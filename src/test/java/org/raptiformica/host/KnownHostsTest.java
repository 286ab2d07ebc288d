package org.raptiformica.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KnownHostsTest {

    private static final MachineAddress USUAL = MachineAddress.of("10.0.0.1");
    private static final MachineAddress FORWARDED = new MachineAddress("10.0.0.1", 2222, "root");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void findsAKeyByHostAndPort() throws Exception {
        KnownHosts known = known("# a comment\n10.0.0.1 ssh-ed25519 AAAA1\n[10.0.0.1]:2222,other ssh-rsa AAAA2 note\n");
        assertThat(known.keyOf(USUAL)).contains("ssh-ed25519 AAAA1");
        assertThat(known.keyOf(FORWARDED)).contains("ssh-rsa AAAA2");
        assertThat(known.keyOf(MachineAddress.of("10.0.0.2"))).isEmpty();
    }

    @Test
    void findsAKeyUnderAHashedName() throws Exception {
        // Made with ssh-keygen -H.
        Path file = Files.writeString(
                directory.resolve("known_hosts"),
                "10.0.0.1 ssh-ed25519 " + "AAAAC3NzaC1lZDI1NTE5AAAAIJqg3mIYJpVvDHJqFd2Nc+MVWvJVzxRb0lTzcYiVbqyL\n");
        Outcome hashed = new LocalHost().run(Command.of("ssh-keygen", "-H", "-f", file.toString()));
        assertThat(hashed.ok()).as(hashed.err()).isTrue();
        assertThat(Files.readString(file)).startsWith("|1|");
        assertThat(new KnownHosts(file).keyOf(USUAL)).isPresent();
        assertThat(new KnownHosts(file).keyOf(FORWARDED)).isEmpty();
    }

    @Test
    void forgetsOneMachineAndKeepsTheRest() throws Exception {
        KnownHosts known =
                known("10.0.0.1 ssh-ed25519 AAAA1\n# kept\n10.0.0.1 ssh-rsa AAAA3\n[10.0.0.1]:2222 ssh-rsa AAAA2\n");
        known.forget(USUAL);
        assertThat(Files.readString(directory.resolve("known_hosts")))
                .isEqualTo("# kept\n[10.0.0.1]:2222 ssh-rsa AAAA2\n");
    }

    @Test
    void recordsTheOneKeyOfAMachineEvenWhereThereIsNoFile() {
        KnownHosts known = new KnownHosts(directory.resolve("new/known_hosts"));
        known.forget(FORWARDED);
        known.record(FORWARDED, "ssh-ed25519 AAAA1");
        known.record(FORWARDED, "ssh-ed25519 AAAA2");
        assertThat(known.keyOf(FORWARDED)).contains("ssh-ed25519 AAAA2");
        assertThat(directory.resolve("new/known_hosts")).content().isEqualTo("[10.0.0.1]:2222 ssh-ed25519 AAAA2\n");
    }

    private KnownHosts known(String content) throws Exception {
        return new KnownHosts(Files.writeString(directory.resolve("known_hosts"), content));
    }
}
