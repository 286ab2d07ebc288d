package org.raptiformica.cluster.notice;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.raptiformica.failure.StepFailed;

/** Posting JSON over HTTP; the client with more comfort costs a command of a moment 200 ms. */
final class HttpPost {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int LONGEST_ANSWER = 64 << 10;

    private HttpPost() {}

    /** Posts an object and returns the body of the answer. */
    static String send(String receiver, String url, JsonObject json) {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create(url).toURL().openConnection();
            try {
                return exchange(receiver, connection, json);
            } finally {
                connection.disconnect();
            }
        } catch (IOException | IllegalArgumentException | ClassCastException failed) {
            throw failure(receiver, String.valueOf(failed.getMessage()));
        }
    }

    private static String exchange(String receiver, HttpURLConnection connection, JsonObject json) throws IOException {
        connection.setConnectTimeout((int) LIMIT.toMillis());
        connection.setReadTimeout((int) LIMIT.toMillis());
        connection.setRequestMethod("POST");
        connection.setRequestProperty("Content-Type", "application/json");
        connection.setDoOutput(true);
        try (OutputStream out = connection.getOutputStream()) {
            out.write(json.toString().getBytes(StandardCharsets.UTF_8));
        }
        int status = connection.getResponseCode();
        if (status >= HttpURLConnection.HTTP_MULT_CHOICE) {
            throw failure(receiver, "it answered with status " + status);
        }
        try (InputStream in = connection.getInputStream()) {
            return new String(in.readNBytes(LONGEST_ANSWER), StandardCharsets.UTF_8);
        }
    }

    static StepFailed failure(String receiver, String why) {
        return new StepFailed(receiver, "the message did not arrive: " + why, "See that a node can reach it.");
    }
}
