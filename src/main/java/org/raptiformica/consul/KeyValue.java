package org.raptiformica.consul;

import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * An entry of the store.
 *
 * @param base64 the value's bytes in Base64, as Consul sends them
 * @param modifyIndex changes with every write; the index to give to a compare-and-set
 * @param lockIndex how often the entry's lock was acquired: a fencing token
 * @param session the session that holds the lock
 */
public record KeyValue(
        String key,
        String base64,
        long flags,
        long createIndex,
        long modifyIndex,
        long lockIndex,
        Optional<String> session) {

    static KeyValue of(JsonObject json) {
        return new KeyValue(
                Json.text(json, "Key"),
                Json.text(json, "Value"),
                Json.number(json, "Flags"),
                Json.number(json, "CreateIndex"),
                Json.number(json, "ModifyIndex"),
                Json.number(json, "LockIndex"),
                Optional.of(Json.text(json, "Session")).filter(id -> !id.isEmpty()));
    }

    /** The value as UTF-8. */
    public String text() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    /** The value. */
    public byte[] bytes() {
        return Base64.getDecoder().decode(base64);
    }

    /** Key and indexes, without the value, which may be a secret. */
    @Override
    public String toString() {
        return "KeyValue[" + key + ", modifyIndex=" + modifyIndex + ", lockIndex=" + lockIndex + "]";
    }
}
