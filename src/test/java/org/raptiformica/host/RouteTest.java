package org.raptiformica.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RouteTest {

    private final SshSettings settings = new SshSettings(Path.of("/a b%h/known"), List.of(), Duration.ofSeconds(7));

    @Test
    @DisplayName("jump hosts are written and read from the outermost in")
    void jumpsAsText() {
        Route route = Route.through(Route.jumpsFrom("one, me@two:2222,[fd00::3]:23"), MachineAddress.of("inner"));
        assertThat(route.jumps())
                .containsExactly(
                        MachineAddress.of("one"),
                        new MachineAddress("two", 2222, "me"),
                        new MachineAddress("fd00::3", 23, "root"));
        assertThat(route.jumpsText()).contains("one,me@two:2222,[fd00::3]:23");
        assertThat(Route.to(MachineAddress.of("inner")).jumpsText()).isEmpty();
    }

    @Test
    @DisplayName("our options apply to every hop, however deep, with all paths as they are")
    void everyHopHasOurOptions() {
        Route first = new Route(MachineAddress.of("one"), Optional.of(Path.of("/k/id 1")), Optional.empty());
        Route second = new Route(new MachineAddress("two", 2222, "root"), Optional.empty(), Optional.of(first));
        Route inner = new Route(MachineAddress.of("fc00::1"), Optional.empty(), Optional.of(second));

        String toTwo = proxyAsSshReadsIt(settings.loginCommand(inner), "fc00::1", "22");
        assertThat(toTwo).endsWith("-W '[fc00::1]:22' -p 2222 -l root -- two");
        List<String> twoWords = words(toTwo);
        assertThat(twoWords).contains("UserKnownHostsFile=\"/a b%%h/known\" ~/.ssh/known_hosts", "BatchMode=yes");

        String toOne = proxyAsSshReadsIt(twoWords.subList(0, twoWords.indexOf("-W")), "two", "2222");
        assertThat(toOne).endsWith("-W '[two]:2222' -p 22 -l root -- one");
        assertThat(words(toOne))
                .contains("UserKnownHostsFile=\"/a b%%h/known\" ~/.ssh/known_hosts", "IdentityFile=\"/k/id 1\"");
    }

    @Test
    @DisplayName("the name of the host key is that of its hop alone")
    void hostKeysHaveNames() {
        Route jump = Route.to(MachineAddress.of("192.0.2.1"));
        Route route =
                new Route(MachineAddress.of("200::1"), Optional.empty(), Optional.of(jump), Optional.of("200::1"));

        List<String> words = settings.loginCommand(route);

        assertThat(words).contains("HostKeyAlias=200::1");
        assertThat(proxyAsSshReadsIt(words, "200::1", "22")).doesNotContain("HostKeyAlias");
    }

    /** What ssh gives to the shell: the option with its percent signs replaced. */
    private static String proxyAsSshReadsIt(List<String> words, String host, String port) {
        String option = words.stream()
                .filter(word -> word.startsWith("ProxyCommand="))
                .findFirst()
                .orElseThrow();
        return option.substring("ProxyCommand=".length())
                .replace("%%", "\0")
                .replace("%h", host)
                .replace("%p", port)
                .replace("\0", "%");
    }

    /** The words as a shell reads them. */
    private static List<String> words(String command) {
        String out = new LocalHost()
                .run(Command.of("sh", "-c", "for word in " + command + "; do printf '%s\\n' \"$word\"; done"))
                .out();
        return new ArrayList<>(out.lines().toList());
    }
}
