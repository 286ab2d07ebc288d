package org.raptiformica.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What cannot be brought about on one machine; the rest is shown with a real server in {@code SshHostIT}. */
class SshTroubleTest {

    private static final SshSettings SETTINGS =
            new SshSettings(Path.of("/c/known_hosts"), List.of(), Duration.ofSeconds(10));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ssh: Could not resolve hostname x.y: Name or service not known | no machine is known by the name x.y",
                "ssh: connect to host x.y port 22: No route to host | there is no route to it from here",
                "ssh: connect to host x.y port 22: Network is unreachable | there is no route to it from here",
                "Connection timed out during banner exchange | does not answer on port 22 within 10 s",
                "kex_exchange_identification: read: Connection reset by peer | closes the connection before the login"
                        + " (kex_exchange_identification: read: Connection reset by peer)",
                "Unable to negotiate with 1.2.3.4 port 22: no matching host key type found. Their offer: ssh-dss | its SSH"
                        + " server and this machine's ssh have no algorithm in common (Unable to negotiate with 1.2.3.4"
                        + " port 22: no matching host key type found. Their offer: ssh-dss)",
                "/root/.ssh/config: terminating, 1 bad configuration options | the login failed: /root/.ssh/config:"
                        + " terminating, 1 bad configuration options",
            })
    void saysInPlainWordsWhatSshReported(String log, String what) {
        SshTrouble trouble = new SshTrouble(MachineAddress.of("x.y"), SETTINGS, "debug1: noise\n" + log + "\n");
        assertThat(trouble.asFailure().what()).isEqualTo(what);
    }
}
