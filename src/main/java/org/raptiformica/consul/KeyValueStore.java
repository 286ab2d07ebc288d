package org.raptiformica.consul;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The key-value store ({@code /v1/kv}, {@code /v1/txn}). Keys have no empty, {@code .} or {@code ..} segment (Consul
 * would redirect to another key), prefixes end with a slash (else {@code a} would match {@code ab/c});
 * {@link IllegalArgumentException} otherwise. Values are UTF-8, at most 512 KiB.
 */
public final class KeyValueStore {

    private final Exchange exchange;

    KeyValueStore(Exchange exchange) {
        this.exchange = exchange;
    }

    /** The entry of a key. */
    public Optional<KeyValue> get(String key) {
        return get(key, Read.now()).value();
    }

    /** The entry of a key, read as asked. */
    public Answer<Optional<KeyValue>> get(String key, Read read) {
        return exchange.answerIfFound(
                Request.get(path(key)), read, json -> entries(json).getFirst());
    }

    /** All entries below a prefix, in order of their keys. */
    public List<KeyValue> getBelow(String prefix) {
        return getBelow(prefix, Read.now()).value();
    }

    /** All entries below a prefix, in order of their keys, read as asked. */
    public Answer<List<KeyValue>> getBelow(String prefix, Read read) {
        Request request = Request.get(path(KeyPath.prefix(prefix))).with("recurse");
        return exchange.answerIfFound(request, read, KeyValueStore::entries).map(found -> found.orElse(List.of()));
    }

    /**
     * The entries of keys, and of all keys below prefixes, which end with a slash, as they were at one moment. What is not
     * there is left out.
     *
     * @throws IllegalArgumentException for none, or more than 64
     */
    public List<KeyValue> getTogether(List<String> keys) {
        List<Operation> reads = keys.stream()
                .<Operation>map(key -> key.endsWith("/") ? new Operation.GetBelow(key) : new Operation.GetIfThere(key))
                .toList();
        Request request = Request.put("/v1/txn").asking(Transaction.json(reads));
        return exchange.json(request, Transaction::committed).entries().stream()
                .filter(entry -> keys.stream().anyMatch(key -> covers(key, entry.key())))
                .toList();
    }

    private static boolean covers(String wanted, String key) {
        return wanted.endsWith("/") ? key.startsWith(wanted) : key.equals(wanted);
    }

    /** The next segments below a prefix: whole keys, or prefixes that end with a slash. */
    public List<String> children(String prefix) {
        return children(prefix, Read.now()).value();
    }

    /**
     * The same, read as asked. The answer's index is that of all below the prefix, so this waits for any change there and
     * is told little, however much is there.
     */
    public Answer<List<String>> children(String prefix, Read read) {
        Request request = Request.get(path(KeyPath.prefix(prefix))).with("keys").with("separator", "/");
        return exchange.answerIfFound(request, read, json -> Json.list(json, JsonElement::getAsString))
                .map(found -> found.orElse(List.of()));
    }

    /** All below a prefix as nested JSON objects with text values; see {@link NestedJson}. */
    public JsonObject getNested(String prefix) {
        return NestedJson.nested(prefix, getBelow(prefix));
    }

    /** Writes whatever is there. */
    public void put(String key, String value) {
        if (!exchange.yes(putting(key, value))) {
            throw new ConsulException.Malformed("PUT " + key + ": Consul answered no to an unconditional write");
        }
    }

    /** Writes if the entry still has this modify index, 0 meaning that there is none; says whether it did. */
    public boolean putIf(String key, String value, long modifyIndex) {
        return exchange.yes(putting(key, value).with("cas", Long.toString(modifyIndex)));
    }

    /**
     * Writes each entry whatever is there, in as few transactions as can be: each is done whole or not at all, all
     * together are not.
     */
    public void putAll(Map<String, String> entries) {
        List<Operation> small = new ArrayList<>();
        List<Operation> large = new ArrayList<>();
        entries.forEach((key, value) -> {
            Operation set = new Operation.Set(key, value);
            (Transaction.size(set) + 2 > Transaction.MOST_BYTES ? large : small).add(set);
        });
        large.forEach(set -> put(set.key(), entries.getOrDefault(set.key(), "")));
        Transaction.chunks(small).forEach(this::commit);
    }

    /** Writes nested JSON objects below a prefix, as {@link #putAll}. Other keys there stay. */
    public void putNested(String prefix, JsonObject nested) {
        putAll(NestedJson.flat(KeyPath.prefix(prefix), nested));
    }

    /** Deletes, whether it is there or not. */
    public void delete(String key) {
        exchange.yes(Request.delete(path(key)));
    }

    /** Deletes if the entry still has this modify index; says whether it did, or whether there was none. */
    public boolean deleteIf(String key, long modifyIndex) {
        return exchange.yes(Request.delete(path(key)).with("cas", Long.toString(modifyIndex)));
    }

    /** Deletes all below a prefix, at once. */
    public void deleteBelow(String prefix) {
        exchange.yes(Request.delete(path(KeyPath.prefix(prefix))).with("recurse"));
    }

    /**
     * Does all operations, or none.
     *
     * @throws IllegalArgumentException for none, more than 64, or more than 512 KiB of them; see
     *     {@link Transaction#chunks}
     */
    public Transaction.Result transact(List<Operation> operations) {
        Request request = Request.put("/v1/txn").sending(Transaction.json(operations));
        Response response = exchange.any(request);
        if (response.head().status() == 409) {
            return Exchange.understand(request, response, Transaction::rolledBack);
        }
        return Exchange.understand(request, Exchange.checked(request, response), Transaction::committed);
    }

    /**
     * Takes the lock of a key for a session and writes the value; says no if another session holds it, or lost it less
     * than its lock delay ago. {@link KeyValue#lockIndex()} counts acquisitions.
     */
    public boolean acquire(String key, String value, String session) {
        return exchange.yes(putting(key, value).with("acquire", session));
    }

    /** Gives the lock of a key back and writes the value; says no if the session does not hold it. */
    public boolean release(String key, String value, String session) {
        return exchange.yes(putting(key, value).with("release", session));
    }

    private void commit(List<Operation> operations) {
        if (transact(operations) instanceof Transaction.Result.RolledBack(List<Transaction.Reason> reasons)) {
            throw new ConsulException.Refused(Request.put("/v1/txn").toString(), 409, reasons.toString());
        }
    }

    private static Request putting(String key, String value) {
        if (value.getBytes(StandardCharsets.UTF_8).length > Transaction.MOST_BYTES) {
            throw new IllegalArgumentException("the value of '" + key + "' is longer than 512 KiB");
        }
        return Request.put(path(key)).sending(value);
    }

    private static String path(String key) {
        return "/v1/kv/" + KeyPath.encode(key);
    }

    private static List<KeyValue> entries(JsonElement json) {
        return Json.objects(json, KeyValue::of);
    }
}
