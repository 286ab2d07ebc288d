package org.raptiformica.cluster.journey;

import com.google.gson.JsonObject;
import java.time.Duration;

/**
 * One step of a machine's path.
 *
 * @param step its name
 * @param time how long it took
 * @param result {@code ok} when there was nothing to do, {@code changed} or {@code failed}
 */
public record StepTime(String step, Duration time, String result) {

    /** The step as a JSON object, the time in seconds. */
    public JsonObject toJson() {
        JsonObject json = new JsonObject();
        json.addProperty("step", step);
        json.addProperty("seconds", time.toMillis() / 1000.0);
        json.addProperty("result", result);
        return json;
    }
}
