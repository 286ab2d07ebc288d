package org.raptiformica.host;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.raptiformica.failure.Failure;
import org.raptiformica.failure.MachineUnreachable;

/**
 * Why a login failed, as read from the log of the OpenSSH client. The phrases are those of OpenSSH 7 to 10 and of the C
 * library's error texts.
 */
record SshTrouble(MachineAddress address, SshSettings settings, String log) {

    private static final Pattern OFFENDING = Pattern.compile("Offending (\\S+) key in (.+):(\\d+)");
    private static final Pattern FINGERPRINT = Pattern.compile("(?m)^(SHA256:\\S+?)\\.?$");
    private static final Pattern OFFERED = Pattern.compile("Offering public key: (.+? SHA256:\\S+)");
    private static final Pattern CLIENT_NOISE = Pattern.compile("debug\\d: .*|Warning: Permanently added .*|\\s*");

    boolean isAboutKeys() {
        return log.contains("Permission denied (") || log.contains("Too many authentication failures");
    }

    Failure asFailure() {
        if (log.contains("REMOTE HOST IDENTIFICATION HAS CHANGED")) {
            return hostKeyChanged();
        }
        if (isAboutKeys()) {
            return permissionDenied();
        }
        return connectionFailed();
    }

    private Failure connectionFailed() {
        String host = address.host();
        int port = address.port();
        if (log.contains("Could not resolve hostname")) {
            return failure(
                    "no machine is known by the name " + host,
                    "Check the spelling and this machine's name service, or give an address.");
        }
        if (log.contains("Connection refused")) {
            return failure(
                    "refuses connections on port " + port,
                    "See that its SSH server runs and listens on that port; another one is named with --port.");
        }
        if (log.contains("No route to host") || log.contains("Network is unreachable")) {
            return failure(
                    "there is no route to it from here",
                    "See that the machine is switched on and on a network that this one reaches.");
        }
        if (log.contains("timed out")) {
            return failure(
                    "does not answer on port %d within %s".formatted(port, Limits.text(settings.connectLimit())),
                    "See that it is switched on, that the address is right and that no firewall drops port %d."
                            .formatted(port));
        }
        return loginFailed();
    }

    /** Whether the server hung up, as a busy one does, or the connection broke: what goes well the next time. */
    boolean isHangUp() {
        return log.contains("Connection closed by") || log.contains("Connection reset by");
    }

    private Failure loginFailed() {
        if (isHangUp()) {
            return failure(
                    "closes the connection before the login (" + lastWords() + ")",
                    "See in its SSH server's log why: too many logins at once, an address it bans, or no SSH server.");
        }
        if (log.contains("no matching ")) {
            return failure(
                    "its SSH server and this machine's ssh have no algorithm in common (" + lastWords() + ")",
                    "Update the older of the two.");
        }
        if (log.contains("Host key verification failed")) {
            return failure(
                    "its host key could not be checked (" + lastWords() + ")",
                    "See that %s can be read and written.".formatted(settings.knownHosts()));
        }
        return failure("the login failed: " + lastWords(), "See what `ssh %s` says.".formatted(loginText()));
    }

    private Failure hostKeyChanged() {
        Matcher offending = OFFENDING.matcher(log);
        boolean found = offending.find();
        String file = found ? offending.group(2) : settings.knownHosts().toString();
        String place = found ? file + " line " + offending.group(3) : file;
        Matcher fingerprint = FINGERPRINT.matcher(log);
        String now = fingerprint.find() ? ", it is now " + fingerprint.group(1) : "";
        String entry = address.port() == MachineAddress.SSH_PORT
                ? address.host()
                : "[%s]:%d".formatted(address.host(), address.port());
        return failure(
                "its host key is not the one recorded in %s%s".formatted(place, now),
                "Somebody may stand in between. If the machine was set up anew, accept its new key with: "
                        + ShellWords.join(List.of("ssh-keygen", "-f", file, "-R", entry)));
    }

    private Failure permissionDenied() {
        String offered = OFFERED.matcher(log)
                .results()
                .map(offer -> offer.group(1))
                .distinct()
                .collect(Collectors.joining(", "));
        String keys = offered.isEmpty() ? "there was no key to offer" : "offered: " + offered;
        Optional<String> unsafe = log.lines()
                .filter(line -> line.startsWith("Permissions ") && line.contains("too open"))
                .findFirst();
        return failure(
                "does not let %s log in (%s)%s"
                        .formatted(
                                address.user(),
                                keys,
                                unsafe.map(line -> "; " + line).orElse("")),
                "Put your public key into %s on the machine, as with: ssh-copy-id %s"
                        .formatted(authorizedKeys(), loginText()));
    }

    private String authorizedKeys() {
        return address.user().equals(MachineAddress.ROOT)
                ? "/root/.ssh/authorized_keys"
                : "~%s/.ssh/authorized_keys".formatted(address.user());
    }

    private String loginText() {
        String port = address.port() == MachineAddress.SSH_PORT ? "" : "-p " + address.port() + " ";
        return port + address.user() + "@" + address.host();
    }

    private Failure failure(String what, String remedy) {
        return new MachineUnreachable(address.toString(), what, remedy);
    }

    private String lastWords() {
        List<String> words = log.lines()
                .map(String::strip)
                .filter(line -> !CLIENT_NOISE.matcher(line).matches())
                .toList();
        return words.isEmpty() ? "ssh gave no reason" : words.getLast();
    }
}
