package org.raptiformica.config;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where a client, or a node in root's home, keeps what it knows: paths only, nothing is made by asking for one.
 *
 * @param root the directory itself, {@code ~/.raptiformica.d} unless told otherwise
 */
public record CacheDirectory(Path root) {

    /** The directory's name below a home directory. */
    public static final String DEFAULT_NAME = ".raptiformica.d";

    /** The environment variable that names another one. */
    public static final String VARIABLE = "RAPTIFORMICA_CACHE_DIR";

    /**
     * The directory that a person means: the option, else the environment variable, else the default, each relative to
     * the home directory.
     */
    public static CacheDirectory choose(Path home, Optional<String> option, Map<String, String> environment) {
        String name = option.filter(given -> !given.isBlank())
                .or(() -> Optional.ofNullable(environment.get(VARIABLE)).filter(given -> !given.isBlank()))
                .orElse(DEFAULT_NAME);
        return new CacheDirectory(home.resolve(name).normalize());
    }

    /** The cached shared config, a flat JSON object that holds secrets: mode 0600. */
    public Path mutableConfig() {
        return root.resolve("mutable_config.json");
    }

    /** The changes of the shared config that a node has taken and that have not arrived in the store: mode 0600. */
    public Path outbox() {
        return root.resolve("outbox.json");
    }

    /** The changes of the shared config that no node has taken yet: mode 0600. */
    public Path clientOutbox() {
        return root.resolve("client_outbox.json");
    }

    /** The installed modules, a directory each. */
    public Path modules() {
        return root.resolve("modules");
    }

    public Path module(String name) {
        return modules().resolve(name);
    }

    public Path artifacts() {
        return root.resolve("artifacts");
    }

    /**
     * The directory of one tool's binary and its {@code .sha256}.
     *
     * @param machine what {@code uname -m} says
     */
    public Path artifact(String machine, String tool) {
        return artifacts().resolve(machine).resolve(tool);
    }

    /** The binary of a tool that runs on this machine, where it is called as the tool is. */
    public Path ownArtifact(String tool) {
        String machine = System.getProperty("os.arch").equals("amd64") ? "x86_64" : "aarch64";
        return artifact(machine, tool).resolve(tool);
    }

    /** The clones of server types' sources that travel to nodes. */
    public Path repositories() {
        return artifacts().resolve("repositories");
    }

    public Path repository(String name) {
        return repositories().resolve(name);
    }

    /** The checkouts that instances are bound to, {@code <compute>/<server>/<32 hex digits>}. */
    public Path machines() {
        return root.resolve("var").resolve("machines");
    }

    public Path machines(String computeType, String serverType) {
        return machines().resolve(computeType).resolve(serverType);
    }

    /** What running commands have packed for machines, a directory a command. */
    public Path payloads() {
        return root.resolve("var").resolve("payloads");
    }

    /** What this machine advertised last, as 0.1 wrote it. */
    public Path lastAdvertised() {
        return root.resolve("last_advertised");
    }

    public Path knownHosts() {
        return root.resolve("known_hosts");
    }

    /** Which private key file this client was told to offer to which machine. */
    public Path loginKeys() {
        return root.resolve("login_keys");
    }

    /** The node that served the last command. */
    public Path lastNode() {
        return root.resolve("last_node");
    }

    /** The key made for the cluster where a person has none. */
    public Path sshKey() {
        return root.resolve("ssh").resolve("id_ed25519");
    }
}
