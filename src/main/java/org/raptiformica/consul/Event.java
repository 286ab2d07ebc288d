package org.raptiformica.consul;

import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * A user event.
 *
 * @param id a UUID; the same event may be listed twice by a {@link BlockingQuery}
 * @param payload UTF-8
 */
public record Event(String id, String name, String payload) {
    static Event of(JsonObject json) {
        String payload = new String(Base64.getDecoder().decode(Json.text(json, "Payload")), StandardCharsets.UTF_8);
        return new Event(Json.text(json, "ID"), Json.text(json, "Name"), payload);
    }
}
