package org.raptiformica.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SshSettingsTest {

    @Test
    void sshReadsThePathsWithSpacesAndPercentSignsAsTheyAre() {
        SshSettings settings =
                new SshSettings(Path.of("/a b%h/known_hosts"), List.of(Path.of("/k/id 1")), Duration.ofSeconds(7));
        List<String> words = new ArrayList<>(settings.loginCommand(new MachineAddress("fc00::1", 2222, "me")));
        words.addAll(1, List.of("-F", "none", "-G"));
        String read = new LocalHost().run(Command.of(words)).out();
        List<String> first = new ArrayList<>(settings.forNewInstance().loginCommand(MachineAddress.of("fc00::1")));
        first.addAll(1, List.of("-F", "none", "-G"));
        assertThat(new LocalHost().run(Command.of(first)).out().lines())
                .as("what the user knew at an instance's address is of another machine")
                .contains("userknownhostsfile /a b%h/known_hosts");
        assertThat(read.lines())
                .contains(
                        "hostname fc00::1",
                        "port 2222",
                        "user me",
                        "stricthostkeychecking accept-new",
                        "forwardagent no",
                        "connecttimeout 7",
                        "identityfile /k/id 1",
                        "userknownhostsfile /a b%h/known_hosts "
                                + Path.of(System.getProperty("user.home"), ".ssh/known_hosts"));
    }
}
