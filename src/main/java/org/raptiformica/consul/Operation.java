package org.raptiformica.consul;

import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** One step of a transaction; see Consul's documentation of {@code /v1/txn} for each verb. */
public sealed interface Operation {

    /** The key, or the prefix of keys, that it is about. */
    String key();

    /** Writes whatever is there. */
    record Set(String key, String value) implements Operation {
        /** The key alone: the value may be a secret. */
        @Override
        public String toString() {
            return "Set[" + key + "]";
        }
    }

    /** Writes if the entry still has this modify index; 0: if there is none. */
    record SetIf(String key, String value, long modifyIndex) implements Operation {
        /** Without the value, which may be a secret. */
        @Override
        public String toString() {
            return "SetIf[" + key + ", " + modifyIndex + "]";
        }
    }

    /** Reads; no entry makes the transaction fail. */
    record Get(String key) implements Operation {}

    /** Reads, if it is there, and other keys that begin so as well: Consul 1.8 has no verb for the key alone. */
    record GetIfThere(String key) implements Operation {}

    /** Reads all below a prefix. */
    record GetBelow(String key) implements Operation {}

    /** Deletes, whether it is there or not. */
    record Delete(String key) implements Operation {}

    /** Deletes if the entry still has this modify index. */
    record DeleteIf(String key, long modifyIndex) implements Operation {}

    /** Deletes all below a prefix. */
    record DeleteBelow(String key) implements Operation {}

    /** Fails unless the entry still has this modify index. */
    record CheckIndex(String key, long modifyIndex) implements Operation {}

    /** Fails if there is such an entry. */
    record CheckAbsent(String key) implements Operation {}

    /** Fails unless this session holds the lock: fences writes of one who was the leader and does not know better. */
    record CheckSession(String key, String session) implements Operation {}

    /** The operation as Consul takes it; the index of a compare-and-set belongs inside the KV object. */
    default JsonObject json() {
        checkKey();
        return switch (this) {
            case Set(String key, String value) -> operation("set", key, value);
            case SetIf(String key, String value, long index) -> withIndex(operation("cas", key, value), index);
            case Get(String key) -> operation("get", key);
            case GetIfThere(String key) -> operation("get-tree", key);
            case GetBelow(String key) -> operation("get-tree", key);
            case Delete(String key) -> operation("delete", key);
            case DeleteIf(String key, long index) -> withIndex(operation("delete-cas", key), index);
            case DeleteBelow(String key) -> operation("delete-tree", key);
            case CheckIndex(String key, long index) -> withIndex(operation("check-index", key), index);
            case CheckAbsent(String key) -> operation("check-not-exists", key);
            case CheckSession(String key, String session) -> withSession(operation("check-session", key), session);
        };
    }

    private void checkKey() {
        if (this instanceof GetBelow || this instanceof DeleteBelow) {
            KeyPath.prefix(key());
        } else {
            KeyPath.check(key());
        }
    }

    private static JsonObject operation(String verb, String key) {
        JsonObject kv = new JsonObject();
        kv.addProperty("Verb", verb);
        kv.addProperty("Key", key);
        JsonObject operation = new JsonObject();
        operation.add("KV", kv);
        return operation;
    }

    private static JsonObject operation(String verb, String key, String value) {
        JsonObject operation = operation(verb, key);
        String base64 = Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
        operation.getAsJsonObject("KV").addProperty("Value", base64);
        return operation;
    }

    private static JsonObject withIndex(JsonObject operation, long index) {
        operation.getAsJsonObject("KV").addProperty("Index", index);
        return operation;
    }

    private static JsonObject withSession(JsonObject operation, String session) {
        operation.getAsJsonObject("KV").addProperty("Session", session);
        return operation;
    }
}
