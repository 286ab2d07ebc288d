package org.raptiformica.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.raptiformica.consensus.ConsulConfig.Change;

class ConsulConfigTest {

    private static final String PASSWORD = "000102030405060708090a0b0c0d0e0f";

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = directory.resolve("consul.d/raptiformica.json");
    }

    @Test
    void bindsToTheMeshAddressAndAnswersThisMachineAlone() {
        JsonObject json = ConsulFile.json(settings(ConsulRole.CLIENT));

        assertThat(json.get("node_name").getAsString()).isEqualTo("fc16::fd12");
        assertThat(json.get("bind_addr").getAsString()).isEqualTo("fc16::fd12");
        assertThat(json.get("advertise_addr").getAsString()).isEqualTo("fc16::fd12");
        assertThat(json.get("client_addr").getAsString()).isEqualTo("127.0.0.1");
        assertThat(json.get("datacenter").getAsString()).isEqualTo("raptiformica");
        assertThat(json.get("ports"))
                .hasToString(
                        "{\"server\":8300,\"serf_lan\":8301,\"http\":8500,\"dns\":8600,\"serf_wan\":-1,\"https\":-1,\"grpc\":-1}");
    }

    @Test
    void encryptsWithTheBytesOfThePassword() {
        assertThat(ConsulFile.json(settings(ConsulRole.CLIENT)).get("encrypt").getAsString())
                .isEqualTo("AAECAwQFBgcICQoLDA0ODw==");
    }

    @Test
    void bracketsTheAddressesToJoinAndNamesEachTwiceSoThatWhoeverAnswersIsJoinedTwice() {
        assertThat(ConsulFile.json(settings(ConsulRole.SERVER, "fc16::1", "fc16::2"))
                        .get("retry_join"))
                .hasToString("[\"[fc16:0:0:0:0:0:0:1]:8301\",\"[fc16:0:0:0:0:0:0:2]:8301\","
                        + "\"[fc16:0:0:0:0:0:0:1]:8301\",\"[fc16:0:0:0:0:0:0:2]:8301\"]");
    }

    @Test
    void letsTheFounderAloneStartAStore() {
        assertThat(ConsulFile.json(settings(ConsulRole.FOUNDER))
                        .get("bootstrap_expect")
                        .getAsInt())
                .isEqualTo(1);
        assertThat(ConsulFile.json(settings(ConsulRole.SERVER)).has("bootstrap_expect"))
                .isFalse();
        assertThat(ConsulFile.json(settings(ConsulRole.SERVER)).get("server").getAsBoolean())
                .isTrue();
        assertThat(ConsulFile.json(settings(ConsulRole.CLIENT)).get("server").getAsBoolean())
                .isFalse();
    }

    @Test
    void writesAFileThatOnlyItsOwnerReadsAndNothingElse() throws IOException {
        assertThat(ConsulConfig.write(file, settings(ConsulRole.SERVER))).isEqualTo(Change.RESTART);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        try (var files = Files.list(file.getParent())) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void writesNothingWhenTheFileIsSoAlready() throws IOException {
        ConsulConfig.write(file, settings(ConsulRole.SERVER));
        Object inode = Files.getAttribute(file, "unix:ino");

        assertThat(ConsulConfig.write(file, settings(ConsulRole.SERVER))).isEqualTo(Change.NONE);
        assertThat(Files.getAttribute(file, "unix:ino")).isEqualTo(inode);
    }

    @Test
    void replacesAFileThatIsDamaged() throws IOException {
        ConsulConfig.write(file, settings(ConsulRole.SERVER));
        String whole = Files.readString(file);
        Files.writeString(file, whole.substring(0, 40));

        assertThat(ConsulConfig.write(file, settings(ConsulRole.SERVER))).isEqualTo(Change.RESTART);
        assertThat(file).hasContent(whole);
    }

    @Test
    void leavesARunningConsulAloneForWhatMattersAtTheStartOnly() {
        ConsulConfig.write(file, settings(ConsulRole.FOUNDER));

        assertThat(ConsulConfig.write(file, settings(ConsulRole.SERVER, "fc16::1")))
                .isEqualTo(Change.NEXT_START);
    }

    @Test
    void restartsConsulForAnotherRole() {
        ConsulConfig.write(file, settings(ConsulRole.CLIENT));

        assertThat(ConsulConfig.write(file, settings(ConsulRole.SERVER, "fc16::1")))
                .isEqualTo(Change.RESTART);
    }

    @Test
    void reloadsConsulForAnotherLogLevel() {
        assertThat(ConsulConfig.change("{\"log_level\":\"INFO\",\"x\":1}", "{\"log_level\":\"DEBUG\",\"x\":1}"))
                .isEqualTo(Change.RELOAD);
    }

    @Test
    void refusesAPasswordOfAnotherFormWithoutTellingIt() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ConsulSettings(
                        "fc16::1", ConsulRole.CLIENT, List.of(), "hunter2", directory, ConsulPorts.usual()))
                .withMessageNotContaining("hunter2");
        assertThat(settings(ConsulRole.CLIENT).toString()).doesNotContain(PASSWORD);
    }

    @Test
    void refusesANameAsMeshAddress() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ConsulSettings(
                        "localhost", ConsulRole.CLIENT, List.of(), PASSWORD, directory, ConsulPorts.usual()));
    }

    private ConsulSettings settings(ConsulRole role, String... join) {
        List<InetSocketAddress> addresses = List.of(join).stream()
                .map(address -> new InetSocketAddress(address, 8301))
                .toList();
        return new ConsulSettings("fc16::fd12", role, addresses, PASSWORD, Path.of("/opt/consul"), ConsulPorts.usual());
    }
}
