package org.raptiformica.agent.lan;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a node calls on the local network while it has no link: who it is and at which port it can be dialled. One line of
 * ASCII text in a datagram; there is no secret in it, and nothing proves it.
 *
 * @param publicKey the mesh engine's, of the caller
 * @param meshPort where its engine listens, 1 to 65535
 */
record Call(String publicKey, int meshPort) {

    /** No datagram of a call is longer, in bytes. */
    static final int MOST_BYTES = 128;

    /** The number is the version of the format: what has another one is no call to this program. */
    private static final String BEGIN = "raptiformica-call 1";

    private static final String KEY = "[0-9a-z.]{16,80}";
    private static final Pattern LINE = Pattern.compile(BEGIN + " (?<key>" + KEY + ") (?<port>[1-9][0-9]{0,4})\n");

    Call {
        if (!publicKey.matches(KEY) || meshPort < 1 || meshPort > 65_535) {
            throw new IllegalArgumentException("no key or no port: " + publicKey + ", " + meshPort);
        }
    }

    /** The datagram. */
    byte[] bytes() {
        return (BEGIN + " " + publicKey + " " + meshPort + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    /** Reads what {@link #bytes} made; empty for anything else. */
    static Optional<Call> read(byte[] datagram) {
        if (datagram.length > MOST_BYTES) {
            return Optional.empty();
        }
        Matcher line = LINE.matcher(new String(datagram, StandardCharsets.ISO_8859_1));
        return line.matches()
                ? Optional.of(Integer.parseInt(line.group("port")))
                        .filter(port -> port <= 65_535)
                        .map(port -> new Call(line.group("key"), port))
                : Optional.empty();
    }
}
