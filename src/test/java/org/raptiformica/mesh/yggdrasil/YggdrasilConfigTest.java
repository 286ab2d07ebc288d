package org.raptiformica.mesh.yggdrasil;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.raptiformica.failure.BadData;
import org.raptiformica.mesh.MeshSettings;
import org.raptiformica.mesh.PeerAddress;
import org.raptiformica.mesh.Transport;

class YggdrasilConfigTest {

    private static final Path FILE = Path.of("/etc/raptiformica/yggdrasil.conf");
    private static final Path SOCKET = Path.of("/run/raptiformica/yggdrasil.sock");
    private static final String KEY = "ab".repeat(64);
    private static final String PASSWORD = "0123456789abcdef0123456789abcdef";
    private static final MeshSettings SETTINGS =
            MeshSettings.of(PASSWORD, List.of(new PeerAddress("cd".repeat(32), Transport.TLS, "2001:db8::1", 4863)));

    @Test
    @DisplayName("it listens over TLS and QUIC with the password, and pins the key of whom it dials")
    void rendered() {
        JsonObject json = rendered(SETTINGS, new YggdrasilVersion(0, 5, 12));
        assertThat(json.get("PrivateKey").getAsString()).isEqualTo(KEY);
        assertThat(json.get("Listen"))
                .hasToString(
                        "[\"tls://[::]:4863?password=%1$s\",\"quic://[::]:4863?password=%1$s\"]".formatted(PASSWORD));
        assertThat(json.getAsJsonArray("Peers").get(0).getAsString())
                .isEqualTo("tls://[2001:db8::1]:4863?key=" + "cd".repeat(32) + "&password=" + PASSWORD);
        assertThat(json.get("AdminListen").getAsString()).isEqualTo("unix:///run/raptiformica/yggdrasil.sock");
        assertThat(json.get("IfName").getAsString()).isEqualTo("rapti0");
        assertThat(json.get("IfMTU").getAsInt()).isEqualTo(65_535);
        assertThat(json.get("NodeInfoPrivacy").getAsBoolean()).isTrue();
        assertThat(json.getAsJsonArray("MulticastInterfaces")).isEmpty();
    }

    @Test
    @DisplayName("the group password is set from 0.5.14 on")
    void groupPassword() {
        assertThat(rendered(SETTINGS, new YggdrasilVersion(0, 5, 13)).has("GroupPassword"))
                .isFalse();
        assertThat(rendered(SETTINGS, new YggdrasilVersion(0, 5, 14))
                        .get("GroupPassword")
                        .getAsString())
                .isEqualTo(PASSWORD);
    }

    @Test
    @DisplayName("what was rendered gives back its password and its interface, and renders the same again")
    void readBack() {
        YggdrasilVersion version = new YggdrasilVersion(0, 5, 12);
        String once = YggdrasilConfig.read(FILE, generated(KEY)).with(SETTINGS, SOCKET, version);
        YggdrasilConfig read = YggdrasilConfig.read(FILE, once);
        assertThat(read.password()).contains(PASSWORD);
        assertThat(read.interfaceName()).contains("rapti0");
        assertThat(read.with(SETTINGS, SOCKET, version)).isEqualTo(once);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{\"PrivateKey\": \"ab",
                "[]",
                "null",
                "{}",
                "{\"PrivateKey\": 7}",
                "{\"PrivateKey\": \"abc\"}",
                "{\n  # written by hand\n  PrivateKey: abc\n}",
                "{\"PrivateKey\": \"\"} trailing"
            })
    @DisplayName("a file that is cut short or someone else's is bad data, and the message names it")
    void badFiles(String text) {
        assertThatThrownBy(() -> YggdrasilConfig.read(FILE, text))
                .isInstanceOfSatisfying(
                        BadData.class, bad -> assertThat(bad.message()).startsWith(FILE + ": "));
    }

    @Test
    @DisplayName("no message about a broken file tells any of it")
    void keepsSecrets() {
        assertThatThrownBy(() -> YggdrasilConfig.read(FILE, generated(KEY).substring(0, 60)))
                .satisfies(thrown -> assertThat(thrown.toString()).doesNotContain("abab"))
                .hasNoCause();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Build name: yggdrasil\nBuild version: 0.5.12\n", "Build version: v0.5.12-1+b3\n"})
    @DisplayName("the version is read from what the program prints")
    void versions(String printed) {
        assertThat(YggdrasilVersion.printed(printed)).contains(new YggdrasilVersion(0, 5, 12));
        assertThat(YggdrasilVersion.printed("Build version: unknown")).isEmpty();
    }

    private static String generated(String key) {
        return "{\"PrivateKey\": \"" + key + "\", \"Peers\": []}";
    }

    private static JsonObject rendered(MeshSettings settings, YggdrasilVersion version) {
        return JsonParser.parseString(YggdrasilConfig.read(FILE, generated(KEY)).with(settings, SOCKET, version))
                .getAsJsonObject();
    }
}
