package org.raptiformica.it;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/** A network on which machines see each other and nobody else: a bridge without a way out. */
final class Lan implements AutoCloseable {

    private final String id;

    private Lan(String id) {
        this.id = id;
    }

    static Lan create() {
        String name = "raptiformica-it-"
                + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        return new Lan(
                Docker.run("network", "create", "--opt", "com.docker.network.bridge.enable_ip_masquerade=false", name));
    }

    String id() {
        return id;
    }

    @Override
    public void close() {
        Docker.run("network", "rm", id);
    }
}
