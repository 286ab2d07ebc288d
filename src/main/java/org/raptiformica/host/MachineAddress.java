package org.raptiformica.host;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.raptiformica.failure.BadData;

/**
 * Where a machine's SSH server listens and who logs in.
 *
 * @param host a name, an IPv4 address or an IPv6 address without brackets (with a zone, where it needs one)
 * @param port 1 to 65535
 * @param user {@code root} where nothing else is said
 */
public record MachineAddress(String host, int port, String user) {

    /** The port of SSH. */
    public static final int SSH_PORT = 22;

    /** Who logs in where nobody is named. */
    public static final String ROOT = "root";

    private static final Pattern TEXT = Pattern.compile(
            "(?:(?<user>[^@]*)@)?(?:\\[(?<v6>[^\\]]*)\\]|(?<host>[^:\\[\\]]*))" + "(?::(?<port>\\d{1,6}))?");
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9_:][A-Za-z0-9._:%-]*");
    private static final Pattern USER = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._+$\\\\-]*");

    /**
     * Nothing that ssh could take for an option or a shell for a word of its own gets in.
     *
     * @throws BadData when a part is not what it has to be
     */
    public MachineAddress {
        if (!HOST.matcher(host).matches() || !USER.matcher(user).matches() || port < 1 || port > 65535) {
            throw notAnAddress(user + "@" + host + ":" + port);
        }
    }

    /** Port 22 of a host, as root. */
    public static MachineAddress of(String host) {
        return new MachineAddress(host, SSH_PORT, ROOT);
    }

    /**
     * Reads {@code host}, {@code host:port}, {@code [v6]:port}, {@code v6}, each with {@code user@} before it or not.
     *
     * @throws BadData when the text is none of these
     */
    public static MachineAddress parse(String text) {
        String withoutUser = text.substring(text.indexOf('@') + 1);
        boolean bareV6 = !withoutUser.startsWith("[") && withoutUser.indexOf(':') != withoutUser.lastIndexOf(':');
        Matcher parts = TEXT.matcher(bareV6 ? text.replace(withoutUser, "[" + withoutUser + "]") : text);
        if (!parts.matches()) {
            throw notAnAddress(text);
        }
        String user = parts.group("user") == null ? ROOT : parts.group("user");
        String host = parts.group("v6") != null ? parts.group("v6") : parts.group("host");
        int port = parts.group("port") == null ? SSH_PORT : Integer.parseInt(parts.group("port"));
        if (host == null) {
            throw notAnAddress(text);
        }
        return new MachineAddress(host, port, user);
    }

    /** As short as {@link #parse} can read it back: user and port are left out where they are the usual ones. */
    @Override
    public String toString() {
        String shown = host.contains(":") && port != SSH_PORT ? "[" + host + "]" : host;
        return (user.equals(ROOT) ? "" : user + "@") + shown + (port == SSH_PORT ? "" : ":" + port);
    }

    private static BadData notAnAddress(String text) {
        return new BadData(
                "'" + text + "'",
                "is not the address of a machine",
                "Give HOST, HOST:PORT, [IPv6]:PORT or USER@HOST:PORT, with a port from 1 to 65535.");
    }
}
