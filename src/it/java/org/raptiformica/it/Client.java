package org.raptiformica.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A client that has a key, for machines that it did not boot. */
record Client(Program program, String publicKey) {

    static Client at(Path home) {
        try {
            Path key = Files.createDirectories(home.resolve(".ssh")).resolve("id_ed25519");
            Process keygen =
                    new ProcessBuilder("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key.toString()).start();
            assertThat(keygen.waitFor()).as("exit code of ssh-keygen").isZero();
            return new Client(
                    Program.at(home),
                    Files.readString(home.resolve(".ssh/id_ed25519.pub")).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    BareMachine machine(String... options) {
        return BareMachine.boot(publicKey, options);
    }

    /** The same with the program in place, for tests of what comes after the upload. */
    BareMachine provisionedMachine() {
        return BareMachine.bootProvisioned(publicKey);
    }

    /** Writes an inventory beside the client's files. */
    String inventory(String text) {
        return inventory("inventory.json", text);
    }

    /** The same under another name, whose ending says how it is written. */
    String inventory(String name, String text) {
        try {
            return Files.writeString(program.home().resolve(name), text).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
