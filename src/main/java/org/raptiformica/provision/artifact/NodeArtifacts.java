package org.raptiformica.provision.artifact;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.zip.GZIPInputStream;
import org.raptiformica.config.CacheDirectory;
import org.raptiformica.host.Command;
import org.raptiformica.host.Host;
import org.raptiformica.host.Outcome;

/**
 * The binaries that a node has, fetched over the connection there is to it. What a command prints is text, so they come in
 * base64, packed; the first lines are the checksums that the node keeps beside a binary.
 */
public final class NodeArtifacts {

    private static final Duration LIMIT = Duration.ofMinutes(30);
    private static final String SEND =
            "cat \"$1.sha256\" && { if [ -f \"$1.gz\" ]; then cat \"$1.gz\"; else gzip -c <\"$1\"; fi; } | base64";

    private final Host node;
    private final CacheDirectory cache;

    /**
     * @param node the machine
     * @param cache the cache directory on it
     */
    public NodeArtifacts(Host node, CacheDirectory cache) {
        this.node = node;
        this.cache = cache;
    }

    /**
     * Fetches a binary, checked against the node's checksum.
     *
     * @param binary where it is put
     * @param packed where it is put packed by gzip
     * @throws IOException when the node has none, or another one than its checksum says
     */
    void fetch(ArtifactDescription wanted, Path binary, Path packed, Progress progress) throws IOException {
        String path = cache.artifact(wanted.machine(), wanted.tool())
                .resolve(wanted.binary())
                .toString();
        Arrival arrival;
        Outcome outcome;
        try (OutputStream out = Files.newOutputStream(packed)) {
            arrival = new Arrival(out, progress, wanted.tool() + " from " + node.name());
            outcome = node.run(Command.of("sh", "-c", SEND, "send", path).withLimit(LIMIT), arrival::line);
        } catch (UncheckedIOException full) {
            throw new IOException(full);
        }
        if (!outcome.ok()) {
            throw new IOException(node.name() + " has none");
        }
        try (InputStream in = new GZIPInputStream(Files.newInputStream(packed), 1 << 16)) {
            Files.copy(in, binary);
        }
        if (!arrival.sum.equals(Sha256.of(binary))) {
            throw new IOException("what " + node.name() + " has is not what its checksum says");
        }
    }

    /** What has been printed so far: checksums have a space in their lines, base64 has none. */
    private static final class Arrival {

        private final OutputStream out;
        private final Progress progress;
        private final String what;
        private String sum = "";
        private long bytes;

        Arrival(OutputStream out, Progress progress, String what) {
            this.out = out;
            this.progress = progress;
            this.what = what;
        }

        void line(String line) {
            int space = line.indexOf(' ');
            if (space > 0) {
                sum = sum.isEmpty() ? line.substring(0, space) : sum;
                return;
            }
            try {
                byte[] part = Base64.getDecoder().decode(line);
                out.write(part);
                bytes += part.length;
                progress.at(what, bytes, bytes);
            } catch (IllegalArgumentException noBase64) {
                // Something else that the machine prints: the checksum tells whether anything is amiss.
            } catch (IOException full) {
                throw new UncheckedIOException(full);
            }
        }
    }
}
