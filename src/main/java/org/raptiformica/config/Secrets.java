package org.raptiformica.config;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Makes the cluster's secrets. */
public final class Secrets {

    private static final int BYTES = 16;

    private Secrets() {}

    /** 32 hex digits, 128 bits from the system's secure random source. */
    public static String fresh() {
        byte[] bytes = new byte[BYTES];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
