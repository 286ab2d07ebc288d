package org.raptiformica.agent.lan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallTest {

    private static final String KEY = "0123456789abcdef".repeat(4);

    @Test
    @DisplayName("is one line of text: format, key and port, with either engine's keys")
    void line() {
        assertThat(new Call(KEY, 4863).bytes())
                .asString(StandardCharsets.US_ASCII)
                .isEqualTo("raptiformica-call 1 " + KEY + " 4863\n");
        String ofCjdns = "v0zyvrjuc4xbzh4n9c4k3qpx7kg8xgndv2k45j9nfgb373m8sss0.k";
        assertThat(Call.read(new Call(ofCjdns, 65_535).bytes())).contains(new Call(ofCjdns, 65_535));
    }

    @Test
    @DisplayName("the longest fits a datagram")
    void longest() {
        assertThat(new Call("k".repeat(80), 65_535).bytes()).hasSizeLessThanOrEqualTo(Call.MOST_BYTES);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "raptiformica-call 2 0123456789abcdef0123 4863\n",
                "raptiformica-call 1 0123456789abcdef0123 4863",
                "raptiformica-call 1 0123456789abcdef0123 4863\n\n",
                "raptiformica-call 1 0123456789abcdef0123 0\n",
                "raptiformica-call 1 0123456789abcdef0123 65536\n",
                "raptiformica-call 1 0123456789abcdef0123 99999999999\n",
                "raptiformica-call 1 0123456789abcdef0123 -1\n",
                "raptiformica-call 1 short 4863\n",
                "raptiformica-call 1 0123456789abcdef/../host 4863\n",
                "raptiformica-call 1  4863\n"
            })
    @DisplayName("anything else is no call")
    void somethingElse(String text) {
        assertThat(Call.read(text.getBytes(StandardCharsets.ISO_8859_1))).isEmpty();
    }

    @Test
    @DisplayName("what is too long is no call, whatever it begins with")
    void tooLong() {
        assertThat(Call.read(new byte[Call.MOST_BYTES + 1])).isEmpty();
        assertThat(Call.read(
                        ("raptiformica-call 1 " + "k".repeat(120) + " 4863\n").getBytes(StandardCharsets.US_ASCII)))
                .isEmpty();
    }

    @Test
    @DisplayName("nobody calls with what others would not read")
    void checked() {
        assertThatThrownBy(() -> new Call("no key", 4863)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Call(KEY, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
