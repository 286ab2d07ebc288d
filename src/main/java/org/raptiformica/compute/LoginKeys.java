package org.raptiformica.compute;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.raptiformica.config.CacheDirectory;
import org.raptiformica.config.CacheFiles;
import org.raptiformica.failure.Failure;
import org.raptiformica.failure.PrerequisiteMissing;
import org.raptiformica.failure.StepFailed;
import org.raptiformica.host.Command;
import org.raptiformica.host.LocalHost;
import org.raptiformica.host.Outcome;

/**
 * Who can log in to the machines that this client boots: the keys in the user's SSH agent; where none runs or it is empty
 * those in {@code ~/.ssh}; and where none of these works without asking for a passphrase, a key made for the cluster and
 * kept in the cache directory.
 *
 * @param authorized lines for {@code authorized_keys}
 * @param identities private key files to offer, beside what the agent offers
 * @param file holds {@code authorized}, a line each
 */
public record LoginKeys(List<String> authorized, List<Path> identities, Path file) {

    public LoginKeys {
        authorized = List.copyOf(authorized);
        identities = List.copyOf(identities);
    }

    /**
     * Finds the keys, or makes one.
     *
     * @param home the user's home directory
     * @param environment of the user: {@code SSH_AUTH_SOCK} says whether an agent runs
     * @throws PrerequisiteMissing when there is no OpenSSH client
     * @throws StepFailed when it cannot make a key
     */
    public static LoginKeys find(CacheDirectory cache, Path home, Map<String, String> environment) {
        try {
            return new Search(cache, home, environment).find();
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }

    private static final class Search {
        private static final int NO_SUCH_PROGRAM = 127;

        private final LocalHost host = new LocalHost();
        private final CacheDirectory cache;
        private final Path home;
        private final Map<String, String> environment;
        private final Set<String> authorized = new LinkedHashSet<>();
        private final List<Path> identities = new ArrayList<>();

        Search(CacheDirectory cache, Path home, Map<String, String> environment) {
            this.cache = cache;
            this.home = home;
            this.environment = environment;
        }

        LoginKeys find() throws IOException {
            boolean usable = agentKeys();
            if (!usable) {
                usable = homeKeys();
            }
            // Machines that were booted when there was nothing else know the cluster's key only: it goes on to be used.
            if (!usable || Files.exists(cache.sshKey())) {
                clusterKey();
            }
            return new LoginKeys(List.copyOf(authorized), identities, authorizedKeysFile());
        }

        private boolean agentKeys() {
            String socket = environment.getOrDefault("SSH_AUTH_SOCK", "");
            if (socket.isEmpty()) {
                return false;
            }
            Outcome keys = host.run(Command.of("ssh-add", "-L").withEnvironment("SSH_AUTH_SOCK", socket));
            if (keys.ok()) {
                keys.out().lines().filter(Search::isKey).forEach(authorized::add);
            }
            return !authorized.isEmpty();
        }

        private boolean homeKeys() throws IOException {
            Path directory = home.resolve(".ssh");
            if (!Files.isDirectory(directory)) {
                return false;
            }
            List<Path> publicKeys;
            try (Stream<Path> files = Files.list(directory)) {
                publicKeys = files.filter(file -> file.toString().endsWith(".pub")
                                && !file.toString().endsWith("-cert.pub"))
                        .sorted()
                        .toList();
            }
            for (Path file : publicKeys) {
                Files.readString(file).lines().filter(Search::isKey).forEach(authorized::add);
                String name = file.toString();
                Path identity = Path.of(name.substring(0, name.length() - ".pub".length()));
                if (Files.exists(identity) && needsNoPassphrase(identity)) {
                    identities.add(identity);
                }
            }
            return !identities.isEmpty();
        }

        private static boolean isKey(String line) {
            return line.matches("(ssh-|ecdsa-|sk-)\\S+ [A-Za-z0-9+/=]+( .*)?");
        }

        /** An empty passphrase opens a key that has none, and no other. */
        private boolean needsNoPassphrase(Path identity) {
            return host.run(Command.of("ssh-keygen", "-y", "-P", "", "-f", identity.toString()))
                    .ok();
        }

        private void clusterKey() throws IOException {
            Path directory = keyDirectory();
            Path publicKey = directory.resolve("id_ed25519.pub");
            synchronized (Search.class) {
                try (FileChannel lock = FileChannel.open(
                        directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                    lock.lock();
                    if (!Files.exists(cache.sshKey()) || !Files.exists(publicKey)) {
                        generate(directory, publicKey);
                    }
                }
            }
            Files.readString(publicKey).lines().filter(Search::isKey).forEach(authorized::add);
            identities.add(cache.sshKey());
        }

        private static Failure whyNotMade(Outcome made, Path directory) {
            String what = "could not make a key: " + made.err().strip();
            return made.exitCode() == NO_SUCH_PROGRAM
                    ? new PrerequisiteMissing(
                            "ssh-keygen",
                            what,
                            "Install the OpenSSH client (Debian and Ubuntu: apt-get install openssh-client).")
                    : new StepFailed(
                            directory.toString(),
                            what,
                            "See that it can be written to and that there is room on its disk, then run the command again.");
        }

        /** ssh-keygen makes the private key readable for its owner alone; it is moved here last, when all is there. */
        private void generate(Path directory, Path publicKey) throws IOException {
            Path work = Files.createTempDirectory(directory, "new");
            try {
                Path key = work.resolve("key");
                Outcome made = host.run(Command.of(
                        "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "raptiformica", "-f", key.toString()));
                if (!made.ok()) {
                    throw whyNotMade(made, directory);
                }
                Files.move(work.resolve("key.pub"), publicKey, StandardCopyOption.ATOMIC_MOVE);
                Files.move(key, cache.sshKey(), StandardCopyOption.ATOMIC_MOVE);
            } finally {
                CacheFiles.deleteTree(work);
            }
        }

        /** Made for its owner alone. */
        private Path keyDirectory() throws IOException {
            Path directory = cache.root().toAbsolutePath().resolve("ssh");
            Files.createDirectories(cache.root());
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(
                        directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            return directory;
        }

        private Path authorizedKeysFile() throws IOException {
            Path directory = keyDirectory();
            Path file = directory.resolve("authorized_keys");
            Path next = Files.createTempFile(directory, "authorized_keys", ".new");
            try {
                Files.write(next, authorized);
                Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(next);
            }
            return file;
        }
    }
}
