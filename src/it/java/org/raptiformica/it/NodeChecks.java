package org.raptiformica.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What holds of a cluster of several instances besides its being whole. */
final class NodeChecks {

    private static final Set<String> OF_THE_MESH_ALONE = Set.of("8300", "8301", "8302");

    private final Program program;
    private final Cluster cluster;

    NodeChecks(Program program) {
        this.program = program;
        this.cluster = new Cluster(program);
    }

    /** {@code ssh}: which node, what runs there, and its exit code. */
    void sshPassesOn() {
        String name = cluster.names().getFirst();
        String other = cluster.names().getLast();
        assertThat(program.run("ssh", name, "sh", "-c", "exit 7").exitCode()).isEqualTo(7);
        assertThat(program.run("ssh", name, "sh", "-c", "exit 255").exitCode()).isEqualTo(255);
        assertThat(program.succeed("ssh", other.substring(0, 7), "echo", "a  b", "$HOME", "*")
                        .out())
                .as("a command's words arrive as they are")
                .endsWith("a  b $HOME *\n");
        program.succeed("ssh");
        Run ambiguous = program.run("ssh", "172.", "true");
        assertThat(ambiguous.exitCode()).as(ambiguous.told()).isEqualTo(6);
        assertThat(ambiguous.err()).contains("may be any of", name, other);
        Run unknown = program.run("ssh", "nobody", "--output", "json");
        assertThat(unknown.exitCode()).as(unknown.told()).isEqualTo(6);
        assertThat(unknown.err()).contains("no node is called so", name);
        assertThat(program.succeed("ssh", "--only-info", name).out()).startsWith("ssh ");
        JsonArray words = JsonParser.parseString(program.succeed("ssh", "--info-only", "--output", "json", name)
                        .out())
                .getAsJsonObject()
                .getAsJsonArray("command");
        assertThat(words.get(0).getAsString()).isEqualTo("ssh");
    }

    /** Consul's ports are open in the mesh and nowhere else, its HTTP API on loopback alone. */
    void onlyTheMeshIsListenedOn() {
        for (JsonObject member : cluster.members()) {
            String meshAddress = member.get("node").getAsString();
            List<String> sockets = ThreeNodes.on(container(member), "ss -Hltnu | awk '{print $5}'")
                    .lines()
                    .toList();
            assertThat(sockets.stream().filter(socket -> OF_THE_MESH_ALONE.contains(port(socket))))
                    .as("sockets of Consul: " + sockets)
                    .isNotEmpty()
                    .allMatch(socket -> socket.startsWith("[" + meshAddress + "]:"));
            assertThat(sockets.stream().filter(socket -> port(socket).equals("8500")))
                    .as("sockets of its HTTP API: " + sockets)
                    .isNotEmpty()
                    .allMatch(socket -> socket.startsWith("127.0.0.1:") || socket.startsWith("[::1]:"));
        }
    }

    private static String port(String socket) {
        return socket.substring(socket.lastIndexOf(':') + 1);
    }

    private static String container(JsonObject member) {
        return Cluster.container(member.get("name").getAsString());
    }

    /** No secret is in a log, on a command line or on the screen, nor in a file that others than its owner can read. */
    void secretsStaySecret() {
        Set<String> secrets = secrets();
        String any =
                String.join(" ", secrets.stream().map(secret -> "-e " + secret).toList());
        for (JsonObject member : cluster.members()) {
            String container = container(member);
            assertThat(ThreeNodes.on(container, "grep -lrF " + any + " /var/log /tmp || true"))
                    .as("logs with a secret")
                    .isEmpty();
            String holders = "grep -lrsF --exclude-dir=proc " + any + " /etc /root /opt /run /usr/lib/raptiformica";
            assertThat(ThreeNodes.on(container, holders).lines())
                    .as("files with a secret")
                    .isNotEmpty();
            assertThat(ThreeNodes.on(container, holders + " | xargs stat -c '%a %n' | grep -v '^[0-7]00 ' || true"))
                    .as("files with a secret that others can read")
                    .isEmpty();
            assertThat(ThreeNodes.on(container, "cat /proc/[0-9]*/cmdline | tr '\\0' ' '"))
                    .as("command lines")
                    .doesNotContain(secrets);
        }
        Run verbose = program.succeed("members", "--verbose");
        assertThat(verbose.out() + verbose.err()).doesNotContain(secrets);
        assertThat(openTo(program.cache()))
                .as("files of the client that others can read")
                .isEmpty();
    }

    private Set<String> secrets() {
        try {
            Set<String> secrets = new TreeSet<>();
            JsonParser.parseString(Files.readString(program.cache().resolve("mutable_config.json")))
                    .getAsJsonObject()
                    .entrySet()
                    .stream()
                    .filter(entry -> entry.getKey().endsWith("/password"))
                    .forEach(entry -> secrets.add(entry.getValue().getAsString()));
            String container = container(cluster.members().getFirst());
            secrets.add(JsonParser.parseString(ThreeNodes.on(container, "cat /etc/consul.d/raptiformica.json"))
                    .getAsJsonObject()
                    .get("encrypt")
                    .getAsString());
            assertThat(secrets).hasSizeGreaterThan(1);
            return secrets;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> openTo(Path cache) {
        try (Stream<Path> files = Stream.of("mutable_config.json", "client_outbox.json", "ssh/id_ed25519")
                .map(cache::resolve)
                .filter(Files::exists)) {
            return files.map(NodeChecks::modeAndName)
                    .filter(text -> !text.startsWith("rw-------"))
                    .toList();
        }
    }

    private static String modeAndName(Path file) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(file)) + " " + file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
