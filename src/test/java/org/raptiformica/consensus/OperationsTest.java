package org.raptiformica.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.raptiformica.config.Change;
import org.raptiformica.config.ConfigOperation;
import org.raptiformica.config.Stamp;
import org.raptiformica.consul.KeyValue;
import org.raptiformica.consul.Operation;
import org.raptiformica.consul.Transaction;

/** What others can see of an operation while it is being applied, with a store in memory. */
class OperationsTest {

    private static final String ROOT = "raptiformica_operations/";

    private final MemoryStore memory = new MemoryStore();
    private final List<String> unannounced = new ArrayList<>();
    private final Operations operations =
            new Operations(new Watched(), Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC));

    private static ConfigOperation operation(List<Change> changes) {
        return new ConfigOperation("one", new Stamp(1, 0, "author"), 1000, changes);
    }

    @Test
    @DisplayName("no stamp is to be seen that is later than the last one of its author, also of an operation in parts")
    void noStampIsUnannounced() {
        operations.apply(operation(IntStream.range(0, 200)
                .<Change>mapToObj(i -> new Change.Set("raptiformica/many/" + i, "x"))
                .toList()));
        assertThat(memory.getBelow(ROOT + "stamps/")).hasSize(200);

        operations.apply(new ConfigOperation(
                "two", new Stamp(9, 0, "another"), 1000, List.of(new Change.DeleteBelow("raptiformica/many/"))));
        assertThat(memory.getBelow("raptiformica/many/")).isEmpty();

        assertThat(unannounced).isEmpty();
        assertThat(operations.latest()).isEqualTo(new Stamp(9, 0, "another"));
    }

    @Test
    @DisplayName("keys that are too long for one question are found all the same")
    void longKeys() {
        String key = "raptiformica/" + "k".repeat(100_000);

        operations.apply(operation(List.of(new Change.Set(key, "x"))));
        operations.apply(new ConfigOperation("two", new Stamp(9, 0, "a"), 1000, List.of(new Change.Set(key, "y"))));

        assertThat(memory.get(key).map(KeyValue::text)).contains("y");
    }

    /** Looks at what is there after every transaction. */
    private final class Watched implements OperationStore {

        @Override
        public List<KeyValue> read(List<String> keys) {
            assertThat(keys.stream().mapToInt(String::length).sum())
                    .as("letters of a question")
                    .isLessThan(100_000);
            return memory.read(keys);
        }

        @Override
        public long indexBelow(String prefix) {
            return memory.indexBelow(prefix);
        }

        @Override
        public Transaction.Result transact(List<Operation> wanted) {
            Transaction.Result result = memory.transact(wanted);
            Stamp announced = greatest("latest/");
            if (greatest("stamps/").or(greatest("below/")).compareTo(announced) > 0) {
                unannounced.add(announced + " after " + wanted);
            }
            return result;
        }

        private Stamp greatest(String below) {
            return memory.getBelow(ROOT + below).stream()
                    .map(entry -> Stamp.parse(entry.text()))
                    .reduce(Stamp.NONE, Stamp::or);
        }
    }
}
