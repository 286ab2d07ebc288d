package org.raptiformica.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Names a cluster without giving its secrets away: the first 16 hex digits of the SHA-256 of {@code raptiformica cluster }
 * and the secret of its gossip. The script that looks at machines says the same.
 */
public final class ClusterId {

    private static final int BYTES = 8;

    private ClusterId() {}

    /** The cluster whose config this is; empty where it has no secret yet. */
    public static Optional<String> of(Mapping mapping) {
        return mapping.get(Keys.CONSUL_PASSWORD).map(ClusterId::ofSecret);
    }

    private static String ofSecret(String secret) {
        try {
            byte[] text = ("raptiformica cluster " + secret).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text), 0, BYTES);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
