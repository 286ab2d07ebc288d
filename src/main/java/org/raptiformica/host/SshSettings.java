package org.raptiformica.host;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How this client logs in to machines.
 *
 * @param knownHosts where host keys are recorded at first contact
 * @param usersKnownHosts whether the user's own file is read as well; it is never written
 * @param identities private key files offered beside those of the SSH agent
 * @param connectLimit how long a machine may take to answer
 */
public record SshSettings(Path knownHosts, boolean usersKnownHosts, List<Path> identities, Duration connectLimit) {

    public SshSettings {
        identities = List.copyOf(identities);
    }

    /** Settings that believe the user's own file of host keys as well. */
    public SshSettings(Path knownHosts, List<Path> identities, Duration connectLimit) {
        this(knownHosts, true, identities, connectLimit);
    }

    /**
     * The same for the first contact with an instance that this client has booted: what the user's own file says of its
     * address is about a machine that had it before.
     */
    public SshSettings forNewInstance() {
        return new SshSettings(knownHosts, false, identities, connectLimit);
    }

    /** The command with which a person logs in, in a terminal. */
    public List<String> loginCommand(MachineAddress address) {
        return loginCommand(Route.to(address));
    }

    /** The command with which a person logs in through jump hosts, in a terminal. */
    public List<String> loginCommand(Route route) {
        List<String> words = new ArrayList<>(List.of("ssh"));
        words.addAll(options(route, Optional.empty()));
        words.addAll(destination(route.machine()));
        return List.copyOf(words);
    }

    /**
     * What every call of ssh for this machine is given.
     *
     * @param hop the socket of the connection to the last jump host; where it is gone ssh opens one of its own
     */
    List<String> options(Route route, Optional<Path> hop) {
        List<String> options = new ArrayList<>();
        route.identity().ifPresent(identity -> options.addAll(List.of("-o", "IdentityFile=" + quoted(identity))));
        options.addAll(options());
        route.keyName().ifPresent(name -> options.addAll(List.of("-o", "HostKeyAlias=" + name)));
        // Not -J: it would give the jump host none of our options, neither our keys nor our file of host keys.
        route.via().ifPresent(via -> options.addAll(List.of("-o", "ProxyCommand=" + proxyCommand(via, hop))));
        return options;
    }

    /** As ssh reads it: words for a shell, in which only our own {@code %h} and {@code %p} mean something to ssh. */
    private String proxyCommand(Route via, Optional<Path> socket) {
        List<String> words = new ArrayList<>(List.of("ssh"));
        words.addAll(options(via, Optional.empty()));
        words.addAll(List.of("-o", "BatchMode=yes", "-o", "ControlMaster=no"));
        words.addAll(List.of("-S", socket.map(SshSettings::unexpanded).orElse("none")));
        String command = ShellWords.join(words).replace("%", "%%");
        return command + " -W '[%h]:%p' "
                + ShellWords.join(destination(via.machine())).replace("%", "%%");
    }

    private static String unexpanded(Path path) {
        return path.toString().replace("%", "%%");
    }

    /** What every call of ssh is given. */
    List<String> options() {
        List<String> options = new ArrayList<>();
        // HashKnownHosts: the file is ours, and people are to find a machine in it.
        String more = usersKnownHosts ? " ~/.ssh/known_hosts" : "";
        options.addAll(List.of("-o", "UserKnownHostsFile=" + quoted(knownHosts) + more));
        options.addAll(List.of("-o", "HashKnownHosts=no", "-o", "StrictHostKeyChecking=accept-new"));
        options.addAll(List.of("-o", "ForwardAgent=no", "-o", "ForwardX11=no"));
        options.addAll(List.of("-o", "ConnectTimeout=" + Math.max(1, connectLimit.toSeconds())));
        options.addAll(List.of("-o", "ServerAliveInterval=5", "-o", "ServerAliveCountMax=3"));
        identities.forEach(identity -> options.addAll(List.of("-o", "IdentityFile=" + quoted(identity))));
        return options;
    }

    static List<String> destination(MachineAddress address) {
        return List.of("-p", String.valueOf(address.port()), "-l", address.user(), "--", address.host());
    }

    /** A path as ssh's configuration reads it: spaces kept together, {@code %} for itself. */
    private static String quoted(Path path) {
        return "\"" + path.toString().replace("%", "%%") + "\"";
    }
}
