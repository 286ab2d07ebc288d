package org.raptiformica.consul;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A list of operations that Consul does all or none of, within its limits. */
public final class Transaction {

    /** The most operations that Consul takes in one. */
    public static final int MOST_OPERATIONS = 64;
    /** The most bytes of JSON that Consul takes in one, and of one value. */
    public static final int MOST_BYTES = 512 * 1024;

    private Transaction() {}

    /** What became of it. */
    public sealed interface Result {
        /** All was done; what was read or written, in order, values only of what was read. */
        record Committed(List<KeyValue> entries) implements Result {}

        /** Nothing was done, for these reasons. */
        record RolledBack(List<Reason> reasons) implements Result {}
    }

    /**
     * Why an operation made its transaction fail.
     *
     * @param operation its place in the list, from 0
     */
    public record Reason(int operation, String what) {}

    /**
     * The operations in the fewest lists in order that Consul takes as one transaction each. All of them together are
     * then no transaction any more.
     *
     * @throws IllegalArgumentException if one operation alone is too large
     */
    public static List<List<Operation>> chunks(List<Operation> operations) {
        return chunks(List.of(), operations);
    }

    /** The same, with some operations put first in each list, such as a check that all of them depend on. */
    public static List<List<Operation>> chunks(List<Operation> first, List<Operation> operations) {
        int firstBytes = 2 + first.stream().mapToInt(Transaction::size).sum();
        List<List<Operation>> chunks = new ArrayList<>();
        List<Operation> chunk = new ArrayList<>(first);
        int bytes = firstBytes;
        for (Operation operation : operations) {
            int size = size(operation);
            if (firstBytes + size > MOST_BYTES) {
                throw new IllegalArgumentException(operation + ": too large for a transaction");
            }
            if (chunk.size() == MOST_OPERATIONS || bytes + size > MOST_BYTES) {
                chunks.add(List.copyOf(chunk));
                chunk = new ArrayList<>(first);
                bytes = firstBytes;
            }
            chunk.add(operation);
            bytes += size;
        }
        if (chunk.size() > first.size()) {
            chunks.add(List.copyOf(chunk));
        }
        return chunks;
    }

    /** Bytes of JSON with the comma that follows. */
    static int size(Operation operation) {
        return operation.json().toString().getBytes(StandardCharsets.UTF_8).length + 1;
    }

    static String json(List<Operation> operations) {
        if (operations.isEmpty() || chunks(operations).size() > 1) {
            throw new IllegalArgumentException(operations.size() + " operations are no single transaction");
        }
        JsonArray array = new JsonArray();
        operations.forEach(operation -> array.add(operation.json()));
        return array.toString();
    }

    static Result.Committed committed(JsonElement answer) {
        return new Result.Committed(
                Json.objects(present(answer.getAsJsonObject(), "Results"), one -> KeyValue.of(Json.object(one, "KV"))));
    }

    static Result rolledBack(JsonElement answer) {
        return new Result.RolledBack(Json.objects(
                present(answer.getAsJsonObject(), "Errors"),
                one -> new Reason((int) Json.number(one, "OpIndex"), Json.text(one, "What"))));
    }

    private static JsonElement present(JsonObject object, String field) {
        return object.has(field) && !object.get(field).isJsonNull() ? object.get(field) : new JsonArray();
    }
}
