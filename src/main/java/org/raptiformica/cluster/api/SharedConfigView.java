package org.raptiformica.cluster.api;

import com.google.gson.JsonObject;
import java.time.Instant;
import java.util.Optional;
import org.raptiformica.config.Mapping;
import org.raptiformica.config.Stamp;

/**
 * The shared config and where it was read.
 *
 * @param mapping all of it
 * @param fromStore false when it is a replica that may be old, because the store has no leader
 * @param asOf when the store said so; nothing where it never did
 * @param base the store's greatest modify index that is in it
 * @param latest no earlier than any change that is in it
 * @param queued how many operations are on top of it that have not arrived in the store
 */
public record SharedConfigView(
        Mapping mapping, boolean fromStore, Optional<Instant> asOf, long base, Stamp latest, int queued) {

    /** As JSON. */
    public JsonObject toJson() {
        JsonObject json = new JsonObject();
        json.add("mapping", Wire.flat(mapping));
        json.addProperty("fromStore", fromStore);
        asOf.ifPresent(when -> json.addProperty("asOf", when.toString()));
        json.addProperty("base", base);
        json.addProperty("latest", latest.text());
        json.addProperty("queued", queued);
        return json;
    }

    /** The reverse of {@link #toJson()}. */
    public static SharedConfigView from(JsonObject json) {
        return new SharedConfigView(
                Wire.mapping(json.getAsJsonObject("mapping")),
                json.get("fromStore").getAsBoolean(),
                json.has("asOf") ? Optional.of(Instant.parse(json.get("asOf").getAsString())) : Optional.empty(),
                json.get("base").getAsLong(),
                Stamp.parse(json.get("latest").getAsString()),
                json.get("queued").getAsInt());
    }
}
