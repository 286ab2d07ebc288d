package org.raptiformica.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/** A container of the product's own base image, started with the scripts of the Docker module; removed when closed. */
public final class DockerMachine implements AutoCloseable {

    private static final Path SCRIPTS = Path.of("modules/compute/docker").toAbsolutePath();
    private static final Duration LIMIT = Duration.ofMinutes(10);

    private final LocalHost local = new LocalHost();
    private final String id = UUID.randomUUID().toString().replace("-", "");
    private final Path directory;
    private final Path identity;
    private final MachineAddress address;

    private DockerMachine(Path directory) {
        this.directory = directory;
        this.identity = directory.resolve("id_" + id.substring(0, 8));
        here("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", identity.toString());
        script("start");
        this.address = MachineAddress.of(script("address").strip());
    }

    /** Starts one; {@code directory} is for its keys. */
    public static DockerMachine start(Path directory) throws IOException {
        DockerMachine machine = new DockerMachine(directory);
        Waiting.until("an SSH server", Duration.ofMinutes(2), () -> {
            machine.connect().close();
            return Optional.of(true);
        });
        return machine;
    }

    /** Where it is. */
    public MachineAddress address() {
        return address;
    }

    /** The private key that logs in. */
    public Path identity() {
        return identity;
    }

    /** How to log in. */
    public SshSettings settings() {
        return new SshSettings(directory.resolve("known_hosts"), List.of(identity), Duration.ofSeconds(20));
    }

    /** Logs in. */
    public SshHost connect() {
        return SshHost.connect(settings(), address);
    }

    /** The container's name. */
    public String container() {
        return "raptiformica-" + id.substring(0, 12);
    }

    /** Runs a command inside, past SSH. */
    public String inside(String... words) {
        return here(Stream.concat(Stream.of("docker", "exec", container()), Arrays.stream(words))
                .toArray(String[]::new));
    }

    /** Ends it at once. */
    public void kill() {
        here("docker", "kill", container());
    }

    private String script(String name) {
        return succeeded(Command.of(SCRIPTS.resolve(name).toString()));
    }

    private String here(String... words) {
        return succeeded(Command.of(words));
    }

    private String succeeded(Command command) {
        Outcome outcome = local.run(command.withLimit(LIMIT)
                .withEnvironment("RAPTIFORMICA_INSTANCE", id)
                .withEnvironment("RAPTIFORMICA_CACHE_DIR", directory.toString())
                .withEnvironment("RAPTIFORMICA_AUTHORIZED_KEYS", identity + ".pub"));
        assertThat(outcome.ok()).as("%s: %s", command.words(), outcome.err()).isTrue();
        return outcome.out();
    }

    @Override
    public void close() {
        script("remove");
    }
}
