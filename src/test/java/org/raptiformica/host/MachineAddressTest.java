package org.raptiformica.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.raptiformica.failure.BadData;

class MachineAddressTest {

    @ParameterizedTest
    @CsvSource({
        "example.org,            example.org, 22,   root, example.org",
        "example.org:2222,       example.org, 2222, root, example.org:2222",
        "me@10.0.0.1,            10.0.0.1,    22,   me,   me@10.0.0.1",
        "root@10.0.0.1:22,       10.0.0.1,    22,   root, 10.0.0.1",
        "fc00::1,                fc00::1,     22,   root, fc00::1",
        "[fc00::1],              fc00::1,     22,   root, fc00::1",
        "me@[fe80::1%eth0]:2200, fe80::1%eth0,2200, me,   me@[fe80::1%eth0]:2200",
        "root@fc00::1,           fc00::1,     22,   root, fc00::1",
    })
    void readsEveryForm(String text, String host, int port, String user, String shown) {
        MachineAddress address = MachineAddress.parse(text);
        assertThat(address).isEqualTo(new MachineAddress(host, port, user));
        assertThat(address).hasToString(shown);
        assertThat(MachineAddress.parse(shown)).isEqualTo(address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "@host",
                "host:",
                "host:0",
                "host:65536",
                "host:ssh",
                "-oProxyCommand=id",
                "me@-host",
                "-l@host",
                "a b",
                "host\n",
                "[fc00::1",
                "fc00::1]:22",
                "a@b@c",
                "host;id",
                "$(id)",
                "host:999999999999"
            })
    void refusesWhatIsNoAddress(String text) {
        assertThatThrownBy(() -> MachineAddress.parse(text))
                .isInstanceOf(BadData.class)
                .hasMessage("is not the address of a machine");
    }
}
