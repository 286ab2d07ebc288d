package org.raptiformica.mesh.cjdns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.raptiformica.failure.BadData;
import org.raptiformica.mesh.MeshSettings;

class CjdnsConfigTest {

    private static final Path FILE = Path.of("/etc/cjdroute.conf");
    private static final Path PIPE = Path.of("/run/raptiformica/cjdroute.pipe");
    private static final String KEY = "m26cxrs0ppnubd4gjw92bgrq4ss07xdf5nyr9w8klw835vt31x80.k";
    private static final String OTHER = "x0zxrnl4mrvwdrsxhj4cuhx4tb8n028gsuuj5f0fx8lnwrjy1fd0.k";
    private static final String PASSWORD = "0123456789abcdef0123456789abcdef";
    private static final String ADMIN = "fedcba9876543210fedcba9876543210";
    private static final String GENERATED = """
            {"privateKey": "%s", "publicKey": "%s", "ipv6": "fc0d:cddb:7510:2ab0:f52b:7b17:818f:82d0",
             "authorizedPasswords": [{"password": "theirs", "user": "someone"}],
             "router": {"interface": {"type": "TUNInterface"}, "ipTunnel": {"outgoingConnections": []}},
             "security": [{"setuser": "nobody"}]}""".formatted("ab".repeat(32), KEY);

    @Test
    @DisplayName("it listens on UDP, lets in who knows the password, and dials each peer over its own kind of address")
    void rendered() {
        JsonObject json = made();
        assertThat(json.get("authorizedPasswords"))
                .hasToString("[{\"password\":\"%s\",\"user\":\"raptiformica\"}]".formatted(PASSWORD));
        JsonArray udp = json.getAsJsonObject("interfaces").getAsJsonArray("UDPInterface");
        assertThat(udp.get(0).getAsJsonObject().get("bind").getAsString()).isEqualTo("0.0.0.0:4863");
        assertThat(udp.get(0).getAsJsonObject().getAsJsonObject("connectTo").keySet())
                .containsExactly("192.0.2.1:4863");
        assertThat(udp.get(1).getAsJsonObject().get("bind").getAsString()).isEqualTo("[::]:4863");
        assertThat(udp.get(1).getAsJsonObject().getAsJsonObject("connectTo").keySet())
                .containsExactly("[2001:db8:0:0:0:0:0:1]:4863");
        assertThat(udp)
                .allSatisfy(
                        each -> assertThat(each.getAsJsonObject().get("beacon").getAsInt())
                                .isZero());
    }

    @Test
    @DisplayName("the keys stay, and what this program has no opinion of")
    void keeps() {
        JsonObject json = made();
        assertThat(json.get("privateKey").getAsString()).isEqualTo("ab".repeat(32));
        assertThat(json.get("publicKey").getAsString()).isEqualTo(KEY);
        assertThat(json.get("security")).hasToString("[{\"setuser\":\"nobody\"}]");
        assertThat(json.getAsJsonObject("router").has("ipTunnel")).isTrue();
    }

    @Test
    @DisplayName("what was rendered gives back its passwords and its interface")
    void readBack() {
        CjdnsConfig read = CjdnsConfig.read(FILE, made().toString());
        assertThat(read.linkPassword()).contains(PASSWORD);
        assertThat(read.adminPassword()).contains(ADMIN);
        assertThat(read.interfaceName()).contains("rapti0");
        assertThat(read.identity().publicKey()).isEqualTo(KEY);
        assertThat(read.identity().address().getHostAddress()).startsWith("fc0d:cddb:");
    }

    @Test
    @DisplayName("other nodes to dial change nothing else, and come back with their keys")
    void otherPeers() {
        CjdnsConfig before = CjdnsConfig.read(FILE, made().toString());
        Map<InetSocketAddress, String> peers =
                Map.of(new InetSocketAddress(InetAddress.ofLiteral("2001:db8::2"), 5000), OTHER);
        CjdnsConfig after = CjdnsConfig.read(FILE, before.dialling(peers));
        assertThat(after.dialled()).isEqualTo(peers);
        assertThat(after.dialling(before.dialled())).isEqualTo(before.dialling(before.dialled()));
        assertThat(before.dialled()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "{}",
                "{\"privateKey\": \"00\", \"publicKey\": \"x\"}",
                "{\"publicKey\": \"m26cxrs0ppnubd4gjw92bgrq4ss07xdf5nyr9w8klw835vt31x80.k\"}"
            })
    @DisplayName("a file without a pair of keys is bad data, and the message names it")
    void badFiles(String text) {
        assertThatThrownBy(() -> CjdnsConfig.read(FILE, text))
                .isInstanceOfSatisfying(
                        BadData.class, bad -> assertThat(bad.message()).startsWith("/etc/cjdroute.conf: "));
    }

    private static JsonObject made() {
        Map<InetSocketAddress, String> peers = Map.of(
                new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 4863), OTHER,
                new InetSocketAddress(InetAddress.ofLiteral("2001:db8::1"), 4863), OTHER);
        String text = CjdnsConfig.read(FILE, GENERATED).with(MeshSettings.of(PASSWORD, List.of()), peers, ADMIN, PIPE);
        return JsonParser.parseString(text).getAsJsonObject();
    }
}
