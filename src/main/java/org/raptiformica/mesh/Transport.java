package org.raptiformica.mesh;

import java.util.Locale;

/** What carries a mesh link across the underlay. */
public enum Transport {
    /** TLS over TCP; the fastest of Yggdrasil's, and the one that works across a path with an MTU of 1280. */
    TLS,
    /** QUIC over UDP; where TCP is blocked. */
    QUIC,
    /** The engine's own packets over UDP; cjdns. */
    UDP;

    /** The name in addresses and in the shared config: lower case. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
