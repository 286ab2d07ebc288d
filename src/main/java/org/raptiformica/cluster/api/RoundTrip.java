package org.raptiformica.cluster.api;

import com.google.gson.JsonObject;
import java.time.Duration;
import java.util.Optional;

/**
 * One measured way over the mesh.
 *
 * @param to the mesh address that was asked
 * @param time how long the answer took; absent: none came
 */
public record RoundTrip(String to, Optional<Duration> time) {

    /** The measurement as a JSON object; {@code microseconds} is left out where no answer came. */
    public JsonObject toJson() {
        JsonObject json = new JsonObject();
        json.addProperty("to", to);
        time.ifPresent(taken -> json.addProperty("microseconds", taken.toNanos() / 1000));
        return json;
    }

    /** The reverse of {@link #toJson()}. */
    public static RoundTrip from(JsonObject json) {
        return new RoundTrip(
                json.get("to").getAsString(),
                Optional.ofNullable(json.get("microseconds"))
                        .map(microseconds -> Duration.ofNanos(microseconds.getAsLong() * 1000)));
    }
}
