package org.raptiformica.cluster.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.raptiformica.failure.BadData;
import org.raptiformica.host.MachineAddress;

class InventoryTest {

    @TempDir
    Path directory;

    private Inventory read(String name, String text) {
        try {
            Path file = Files.writeString(directory.resolve(name), text);
            return Inventory.read(file, directory);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> machines(List<Entry> entries) {
        return entries.stream().map(entry -> entry.machine().toString()).toList();
    }

    @Test
    @DisplayName("an inventory of 0.1, ports as text or number, via looked up")
    void inventoryOfTheOldProgram() {
        Inventory inventory = read("i.json", """
                [{"dst": "1.2.3.4"}, {"dst": "2.3.4.5", "port": "2222"},
                \t{"dst": "2.3.4.6", "port": 23, "via": "2.3.4.5"}]""");

        assertThat(machines(inventory.entries())).containsExactly("1.2.3.4", "2.3.4.5:2222", "2.3.4.6:23");
        assertThat(inventory.entries().getLast().route().jumps()).containsExactly(MachineAddress.parse("2.3.4.5:2222"));
    }

    @Test
    @DisplayName("the same in YAML, with user, key and labels")
    void inventoryInYaml() throws IOException {
        Files.writeString(directory.resolve("id"), "key");
        Inventory inventory = read("i.yml", """
                # the house
                - dst: gate.example.org
                  user: ops
                  key: ~/id
                - dst: fd00::7
                  via: gate.example.org
                  labels: [web, inside]
                """);

        assertThat(machines(inventory.entries())).containsExactly("ops@gate.example.org", "fd00::7");
        assertThat(inventory.entries().getFirst().identity()).contains(directory.resolve("id"));
        assertThat(inventory.entries().getLast().labels()).containsExactly("web", "inside");
    }

    @Test
    @DisplayName("via goes through any number of machines, listed in any order")
    void viaOfAnyDepth() {
        Inventory inventory = read("i.json", """
                [{"dst": "c", "via": "b"}, {"dst": "b", "via": "a:2222"}, {"dst": "a", "port": 2222}]""");

        assertThat(inventory.entries().getFirst().route().jumpsText()).contains("a:2222,b");
    }

    @Test
    @DisplayName("--limit takes addresses, globs and labels, and says which of them means nothing")
    void limit() {
        Inventory inventory = read("i.json", """
                [{"dst": "web1"}, {"dst": "web2", "labels": ["old"]}, {"dst": "db", "port": 2222}]""");

        assertThat(machines(inventory.limitedTo(List.of("web*")))).containsExactly("web1", "web2");
        assertThat(machines(inventory.limitedTo(List.of("db", "old")))).containsExactly("web2", "db:2222");
        assertThat(inventory.limitedTo(List.of())).hasSize(3);
        assertThatThrownBy(() -> inventory.limitedTo(List.of("mail")))
                .isInstanceOf(BadData.class)
                .hasMessageContaining("no machine");
    }

    @ParameterizedTest(name = "{0}: {2}")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "[{\"dst\":\"a\",\"prot\":1}]; $[0].prot; there is no such key (the entry of a)",
                "[{\"port\":22}]; $[0]; dst is missing",
                "[{\"dst\":\"a\"},{\"dst\":7}]; $[1].dst; a text is expected, this is the number 7",
                "[{\"dst\":\"\"}]; $[0].dst; an empty text",
                "[{\"dst\":null}]; $[0].dst; this is nothing",
                "[{\"dst\":\"-oProxyCommand=x\"}]; $[0].dst; is not the name or address of a machine",
                "[{\"dst\":\"a\",\"user\":\"-x\"}]; $[0].user; is not the name of a user",
                "[{\"dst\":\"a\",\"port\":0}]; $[0].port; is no port",
                "[{\"dst\":\"a\",\"port\":\"65536\"}]; $[0].port; '65536' is no port",
                "[{\"dst\":\"a\",\"port\":22.5}]; $[0].port; is no port",
                "[{\"dst\":\"a\",\"port\":null}]; $[0].port; nothing is no port",
                "[{\"dst\":\"a\"},{\"dst\":\"b\"},{\"dst\":\"a\",\"port\":\"22\"}]; $[2].dst; already there, at $[0]",
                "[{\"dst\":\"a\",\"via\":\"x\"}]; $[0].via; 'x' is no dst of this inventory",
                "[{\"dst\":\"a\",\"via\":\"a\"}]; $[0].via; cannot be reached through itself",
                "[{\"dst\":\"a\",\"via\":\"b\"},{\"dst\":\"b\",\"via\":\"a\"}]; $[0].via; a -> b -> a",
                "[{\"dst\":\"x\",\"via\":\"a\"},{\"dst\":\"a\",\"via\":\"b\"},{\"dst\":\"b\",\"via\":\"a\"}]; $[1].via; circle: a -> b -> a",
                "[{\"dst\":\"a\",\"labels\":\"web\"}]; $[0].labels; a list of labels is expected",
                "[{\"dst\":\"a\",\"labels\":[\"web\",1]}]; $[0].labels[1]; this is the number 1",
                "[{\"dst\":\"a\",\"key\":\"none\"}]; $[0].key; is no file that can be read",
                "[\"a\"]; $[0]; an object is expected",
                "{\"dst\":\"a\"}; $; a list of machines is expected, this is an object",
                "[]; $; it lists no machine",
                "[{\"dst\":\"a\",\"dst\":\"b\"}]; .dst; twice",
                "[{\"dst\":\"a\"},]; i.json; it is no JSON",
                "[{\"dst\":\"a\"; i.json; ends in the middle",
            })
    @DisplayName("what is wrong is told with the file and the place in it")
    void wrongInventories(String text, String place, String what) {
        assertThatThrownBy(() -> read("i.json", text))
                .isInstanceOfSatisfying(
                        BadData.class,
                        failure -> assertThat(failure.message())
                                .contains(directory.resolve("i.json").toString(), place, what));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "- dst: a\\n  dst: b; duplicate key",
                "- dst: [a; line 2",
                "- !!java.lang.String a; i.yml",
                "text; a list of machines is expected",
            })
    @DisplayName("broken YAML is told with its place")
    void brokenYaml(String text, String what) {
        assertThatThrownBy(() -> read("i.yml", text.replace("\\n", "\n") + "\n"))
                .isInstanceOfSatisfying(
                        BadData.class,
                        failure ->
                                assertThat(failure.message()).contains("i.yml").contains(what));
    }

    @Test
    @DisplayName("a file that is not there")
    void noFile() {
        assertThatThrownBy(() -> Inventory.read(directory.resolve("none.json"), directory))
                .isInstanceOf(BadData.class)
                .hasMessageContaining("no such file");
    }
}
