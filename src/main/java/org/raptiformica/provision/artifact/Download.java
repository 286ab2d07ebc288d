package org.raptiformica.provision.artifact;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/**
 * Fetches a file of a known SHA-256 over HTTP. What arrived before a cut stays in the part file, and the next attempt, in
 * this process or a later one, asks for the rest only (RFC 9110, range requests).
 */
final class Download {

    private static final int ATTEMPTS = 5;

    private final Duration silence;
    private final Progress progress;

    /** @param silence how long the server may say nothing */
    Download(Duration silence, Progress progress) {
        this.silence = silence;
        this.progress = progress;
    }

    /**
     * Brings {@code part} to the whole file.
     *
     * @param what for the progress
     * @throws IOException when the server does not give it, or gives something else than the sum says; in the latter case
     *     nothing of it is kept
     */
    void fetch(String what, URI uri, String sha256, Path part) throws IOException {
        long before = size(part);
        for (int attempt = 1; ; attempt++) {
            try {
                transfer(what, uri, part);
                break;
            } catch (IOException e) {
                boolean stuck = size(part) <= before;
                if (attempt == ATTEMPTS || stuck) {
                    throw e;
                }
                before = size(part);
            }
        }
        check(what, uri, sha256, part, before > 0);
    }

    /** A part that was left by something else spoils the whole: then it is fetched once more from the start. */
    private void check(String what, URI uri, String sha256, Path part, boolean resumed) throws IOException {
        String found = Sha256.of(part);
        if (found.equals(sha256)) {
            return;
        }
        Files.delete(part);
        if (!resumed) {
            throw new IOException("%s has the SHA-256 %s, not %s".formatted(uri, found, sha256));
        }
        transfer(what, uri, part);
        check(what, uri, sha256, part, false);
    }

    private void transfer(String what, URI uri, Path part) throws IOException {
        long have = size(part);
        HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
        connection.setConnectTimeout((int) silence.toMillis());
        connection.setReadTimeout((int) silence.toMillis());
        if (have > 0) {
            connection.setRequestProperty("Range", "bytes=" + have + "-");
        }
        try {
            switch (connection.getResponseCode()) {
                case HttpURLConnection.HTTP_OK -> copy(what, connection, part, 0);
                case HttpURLConnection.HTTP_PARTIAL -> copy(what, connection, part, have);
                // The part is complete, or longer than the file: its sum decides.
                case 416 -> {}
                default ->
                    throw new IOException("%s answered %d %s"
                            .formatted(uri, connection.getResponseCode(), connection.getResponseMessage()));
            }
        } finally {
            connection.disconnect();
        }
    }

    private void copy(String what, HttpURLConnection connection, Path part, long have) throws IOException {
        long announced = connection.getContentLengthLong();
        long total = announced < 0 ? 0 : have + announced;
        StandardOpenOption mode = have > 0 ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING;
        long done = have;
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = connection.getInputStream();
                OutputStream out =
                        Files.newOutputStream(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE, mode)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                out.write(buffer, 0, n);
                done += n;
                progress.at(what, done, total);
            }
        }
        if (total > 0 && done < total) {
            throw new IOException("%s broke off after %d of %d bytes".formatted(connection.getURL(), done, total));
        }
    }

    private static long size(Path file) throws IOException {
        return Files.exists(file) ? Files.size(file) : 0;
    }
}
