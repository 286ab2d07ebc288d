package org.raptiformica.provision.hook;

import com.google.gson.JsonObject;
import java.time.Duration;
import java.util.Optional;

/**
 * How a handler ended.
 *
 * @param handler its name
 * @param exitCode of its command; absent when its predicate said no, or when it was ended at its limit
 * @param time how long it took, predicate included
 * @param told what there is to say of it, such as the first line of its errors; may be empty
 */
public record HandlerResult(String handler, Optional<Integer> exitCode, Duration time, String told) {

    /** Whether it ran and failed. */
    public boolean failed() {
        return exitCode.map(code -> code != 0).orElse(!told.isEmpty());
    }

    /** The result as a JSON object, the time in seconds. */
    public JsonObject toJson() {
        JsonObject json = new JsonObject();
        json.addProperty("handler", handler);
        exitCode.ifPresent(code -> json.addProperty("exitCode", code));
        json.addProperty("seconds", time.toMillis() / 1000.0);
        json.addProperty("told", told);
        return json;
    }
}
