package org.raptiformica.compute;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.raptiformica.host.Command;
import org.raptiformica.host.LocalHost;
import org.raptiformica.host.Outcome;

/** How the built-in compute type {@code docker} starts an instance, with stand-ins for clients of several ages. */
class DockerTest {

    private static final Path MODULE = Path.of("modules/compute/docker").toAbsolutePath();

    /** Knows the options that the client of Docker 20.10, Debian 12's, knows; says in {@code called} what it was asked. */
    private static final String OLD_CLIENT = """
            #!/bin/sh
            echo "$*" >> called
            verb=$1
            case $verb in
                create) known='--init --name --hostname --label --cap-add --device --sysctl' ;;
                cp) known='--archive --follow-link' ;;
                *) known='' ;;
            esac
            for word; do
                case $word in
                    --*) case " $known " in *" ${word%%=*} "*) ;; *)
                        printf "%s\\n" "unknown flag: $word" "See 'docker $verb --help'." >&2
                        exit 125 ;;
                    esac ;;
                esac
            done
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path home;

    @SuppressWarnings("NullAway.Init")
    private Path checkout;

    @BeforeEach
    void aCheckout() throws IOException {
        checkout = Files.createDirectories(home.resolve("checkout"));
        try (Stream<Path> files = Files.list(MODULE)) {
            for (Path file : files.toList()) {
                Files.copy(file, checkout.resolve(file.getFileName()));
            }
        }
        for (String done : new String[] {"check", "image"}) {
            script(checkout.resolve(done), "#!/bin/sh\n");
        }
        script(checkout.resolve("start"), Files.readString(MODULE.resolve("start")));
    }

    private static void script(Path place, String text) throws IOException {
        Files.writeString(place, text);
        assertThat(place.toFile().setExecutable(true)).isTrue();
    }

    /** Starts an instance where a program named docker is this script. */
    private Outcome start(String docker) throws IOException {
        Path bin = Files.createDirectories(home.resolve("bin"));
        script(bin.resolve("docker"), docker);
        return new LocalHost()
                .run(Command.of(checkout.resolve("start").toString())
                        .withEnvironment("PATH", bin + ":" + System.getenv("PATH"))
                        .withEnvironment("RAPTIFORMICA_INSTANCE", "0123456789abcdef0123456789abcdef")
                        .withEnvironment("RAPTIFORMICA_CACHE_DIR", home.toString())
                        .withEnvironment(
                                "RAPTIFORMICA_AUTHORIZED_KEYS",
                                home.resolve("keys").toString()));
    }

    @Test
    @DisplayName("the client that Debian 12 has knows all that it is asked")
    void oldClient() throws IOException {
        Outcome outcome = start(OLD_CLIENT);

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).isEqualTo("container raptiformica-0123456789ab runs\n");
        assertThat(Files.readString(checkout.resolve("called")))
                .contains("cp " + home.resolve("keys") + " raptiformica-0123456789ab:/root/.ssh/authorized_keys\n"
                        + "start raptiformica-0123456789ab\n");
    }

    @Test
    @DisplayName("what a newer client says of its success is not shown")
    void newClient() throws IOException {
        Outcome outcome = start("#!/bin/sh\n[ \"$1\" != cp ] || echo 'Successfully copied 2.05kB to x' >&2\n");

        assertThat(outcome.ok()).isTrue();
        assertThat(outcome.err()).isEmpty();
    }

    @Test
    @DisplayName("what a client says of its failure is shown, and the container is not started")
    void failure() throws IOException {
        Outcome outcome =
                start(OLD_CLIENT + "[ $verb != cp ] || { echo 'no space left'; echo 'See the log.'; exit 9; } >&2\n");

        assertThat(outcome.exitCode()).isEqualTo(9);
        assertThat(outcome.err()).isEqualTo("no space left\nSee the log.\n");
        assertThat(Files.readString(checkout.resolve("called"))).doesNotContain("start ");
    }
}
