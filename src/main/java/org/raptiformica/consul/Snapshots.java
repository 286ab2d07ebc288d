package org.raptiformica.consul;

import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;

/** The whole state of the store as one stream ({@code /v1/snapshot}), a gzipped tar with checksums inside. */
public final class Snapshots {

    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final Exchange exchange;

    Snapshots(Exchange exchange) {
        this.exchange = exchange;
    }

    /** Writes a snapshot; its number of bytes. After an exception what was written is no snapshot. */
    public long save(OutputStream out) {
        return exchange.stream(Request.get("/v1/snapshot").withLimit(LIMIT), (_, body) -> body.transferTo(out));
    }

    /** Replaces the whole state of the store. Consul refuses a snapshot that is damaged and then changes nothing. */
    public void restore(InputStream in) {
        exchange.ok(Request.put("/v1/snapshot").sending(in).withLimit(LIMIT));
    }
}
