package org.raptiformica.consensus;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.raptiformica.consul.KeyValue;
import org.raptiformica.consul.Operation;
import org.raptiformica.consul.Transaction;

/** A store with the rules of Consul's transactions: all or nothing, one index for all writes, an equal value is no write. */
public final class MemoryStore implements OperationStore {

    private final TreeMap<String, KeyValue> entries = new TreeMap<>();
    private final Map<String, Integer> writes = new TreeMap<>();
    private long index = 10;

    @Override
    public List<KeyValue> read(List<String> keys) {
        return keys.stream()
                .map(key -> key.endsWith("/") ? key + Character.MAX_VALUE : key + "\0")
                .flatMap(end -> entries.subMap(end.substring(0, end.length() - 1), end).values().stream())
                .toList();
    }

    /** Also another one after changes elsewhere: whoever looks then finds nothing new. */
    @Override
    public long indexBelow(String prefix) {
        return index;
    }

    /** A write by somebody who knows nothing of operations, as {@code consul kv put} does. */
    public void put(String key, String value) {
        transact(List.of(new Operation.Set(key, value)));
    }

    public void delete(String key) {
        transact(List.of(new Operation.Delete(key)));
    }

    /** How often a key was written. */
    public int timesWritten(String key) {
        return writes.getOrDefault(key, 0);
    }

    @Override
    public Transaction.Result transact(List<Operation> operations) {
        if (Transaction.chunks(operations).size() != 1) {
            throw new IllegalArgumentException(operations.size() + " operations are no single transaction");
        }
        TreeMap<String, KeyValue> before = new TreeMap<>(entries);
        for (int i = 0; i < operations.size(); i++) {
            if (!run(operations.get(i))) {
                entries.clear();
                entries.putAll(before);
                return new Transaction.Result.RolledBack(List.of(new Transaction.Reason(i, "" + operations.get(i))));
            }
        }
        entries.forEach((key, entry) -> {
            if (entry.modifyIndex() == index + 1) {
                writes.merge(key, 1, Integer::sum);
            }
        });
        index++;
        return new Transaction.Result.Committed(new ArrayList<>());
    }

    private boolean run(Operation operation) {
        String key = operation.key();
        long present = get(key).map(KeyValue::modifyIndex).orElse(0L);
        return switch (operation) {
            case Operation.Set(String _, String value) -> set(key, value);
            case Operation.SetIf(String _, String value, long expected) -> present == expected && set(key, value);
            case Operation.Delete _ -> remove(key);
            case Operation.DeleteIf(String _, long expected) -> present == expected && remove(key);
            case Operation.CheckIndex(String _, long expected) -> present == expected && present != 0;
            case Operation.CheckAbsent _ -> present == 0;
            case Operation.CheckSession(String _, String session) ->
                get(key).flatMap(KeyValue::session).equals(Optional.of(session));
            default -> throw new UnsupportedOperationException("" + operation);
        };
    }

    private boolean set(String key, String value) {
        if (get(key).map(KeyValue::text).filter(value::equals).isEmpty()) {
            String base64 = Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
            entries.put(key, new KeyValue(key, base64, 0, index + 1, index + 1, 0, Optional.empty()));
        }
        return true;
    }

    private boolean remove(String key) {
        entries.remove(key);
        return true;
    }
}
