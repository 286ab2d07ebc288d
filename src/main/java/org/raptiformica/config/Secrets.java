package org.raptiformica.config;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;

/** The cluster's secrets, and what else its nodes know each other by. */
public final class Secrets {

    private static final int BYTES = 16;

    private static final String MESHNET = Keys.below("meshnet") + "/";

    private Secrets() {}

    /** Those in a mapping, and which mesh engine it is of: what no node can change alone, nor all of them at once. */
    public static Mapping of(Mapping mapping) {
        Mapping secrets = Mapping.empty();
        for (Map.Entry<String, String> entry :
                mapping.below(Keys.below("meshnet")).asMap().entrySet()) {
            String key = entry.getKey();
            if (key.equals(Keys.MESH_ENGINE) || key.substring(MESHNET.length()).matches("[^/]+/password")) {
                secrets = secrets.with(key, entry.getValue());
            }
        }
        return secrets;
    }

    /** 32 hex digits, 128 bits from the system's secure random source. */
    public static String fresh() {
        byte[] bytes = new byte[BYTES];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
