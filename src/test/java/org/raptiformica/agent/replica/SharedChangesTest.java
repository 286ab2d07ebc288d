package org.raptiformica.agent.replica;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.raptiformica.config.Change;
import org.raptiformica.config.ConfigOperation;
import org.raptiformica.config.Mapping;
import org.raptiformica.config.Stamp;
import org.raptiformica.consensus.MemoryStore;
import org.raptiformica.consensus.OperationStore;
import org.raptiformica.consensus.Operations;
import org.raptiformica.consensus.SharedConfig;
import org.raptiformica.consul.KeyValue;
import org.raptiformica.consul.Operation;
import org.raptiformica.consul.StoreFaults;
import org.raptiformica.consul.Transaction;

/** How often a change asks the store, which on a client agent is away across the mesh. */
class SharedChangesTest {

    private static final String KEY = "raptiformica/a";
    private static final String QUEUED = "raptiformica/queued";
    private static final List<Change> SET = List.of(new Change.Set(KEY, "new"));

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final MemoryStore memory = new MemoryStore();
    private final List<String> requests = new ArrayList<>();
    private final OperationStore store = new Told();
    private final Clock clock = Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);
    private final Operations operations = new Operations(store, clock);
    private int entriesRead;
    private boolean answers = true;
    private Runnable betweenReadAndWrite = () -> {};
    private Runnable afterRead = () -> {};

    @BeforeEach
    void theStoreHasAConfig() {
        WholeReplica.whole(Mapping.empty()).asMap().forEach(memory::put);
        memory.put(KEY, "plain");
    }

    private SharedChanges changes() {
        return new SharedChanges(WholeReplica.in(directory, Mapping.empty()), operations, operations::read, clock);
    }

    private static ConfigOperation operation(String id) {
        return new ConfigOperation(id, new Stamp(1, 0, "a-clock-that-is-behind"), ConfigOperation.AS_OF_NOW, SET);
    }

    private Optional<String> value() {
        return memory.get(KEY).map(KeyValue::text);
    }

    @Test
    @DisplayName("a change is one read and one write, and beats all that was there")
    void aChangeIsTwoRequests() {
        assertThat(changes().change(SET).stored()).isTrue();

        assertThat(value()).contains("new");
        assertThat(requests).containsExactly("read", "write");
    }

    @Test
    @DisplayName("so is an operation that is handed over in the moment in which it is made")
    void anOperationIsTwoRequests() {
        assertThat(changes().deliver(List.of(operation("one"))).stored()).isTrue();

        assertThat(value()).contains("new");
        assertThat(requests).containsExactly("read", "write");
    }

    @Test
    @DisplayName("an operation that is delivered again finds its id, and changes nothing")
    void deliveredAgain() {
        SharedChanges changes = changes();
        changes.deliver(List.of(operation("one")));
        memory.put(KEY, "of another");
        requests.clear();

        assertThat(changes.deliver(List.of(operation("one"))).stored()).isTrue();

        assertThat(value()).contains("of another");
        assertThat(requests).containsExactly("read", "write", "read");
    }

    @Test
    @DisplayName("who writes without a stamp between the read and the write was not seen, and wins")
    void overtaken() {
        betweenReadAndWrite = () -> memory.put(KEY, "of another");

        assertThat(changes().change(SET).stored()).isTrue();

        assertThat(value()).contains("of another");
        assertThat(requests).containsExactly("read", "write", "read", "read", "write");
    }

    @Test
    @DisplayName("a change reads what bears on it, however much else is in the store")
    void readsLittle() {
        changes()
                .change(IntStream.range(0, 100)
                        .<Change>mapToObj(i -> new Change.Set("raptiformica/other/" + i, "x"))
                        .toList());
        requests.clear();
        entriesRead = 0;

        changes().change(SET);

        assertThat(requests).containsExactly("read", "write");
        assertThat(entriesRead).as("entries that were read").isLessThan(5);
    }

    @Test
    @DisplayName("nor does a deletion of all below a prefix read what is not below it")
    void deletionsReadWhatTheyDelete() {
        List<Change> all = new ArrayList<>(List.of(new Change.Set("raptiformica/b/x", "1")));
        IntStream.range(0, 100).forEach(i -> all.add(new Change.Set("raptiformica/other/" + i, "x")));
        changes().change(all);
        requests.clear();
        entriesRead = 0;

        assertThat(changes()
                        .change(List.of(new Change.DeleteBelow("raptiformica/b/")))
                        .stored())
                .isTrue();

        assertThat(entriesRead).as("entries in " + requests).isLessThan(30);
        assertThat(memory.get("raptiformica/b/x")).isEmpty();
        assertThat(memory.get("raptiformica/other/0")).isPresent();
    }

    @Test
    @DisplayName("a store that does not answer is asked once, and the change is kept")
    void withoutAStore() {
        answers = false;

        assertThat(changes().change(SET).stored()).isFalse();

        assertThat(requests).containsExactly("read");
    }

    @Test
    @DisplayName("what was queued is read on top of what the store says, as soon as that answers")
    void readsWhatWasQueued() {
        SharedChanges changes = changes();
        queue(changes);

        assertThat(read(changes)).contains("new");
        assertThat(memory.get(QUEUED)).as("in the store").isEmpty();
    }

    @Test
    @DisplayName("what was queued is read, too, where it arrives in the store during the reading")
    void readsWhatArrivesMeanwhile() {
        SharedChanges changes = changes();
        queue(changes);
        afterRead = changes::flush;

        assertThat(read(changes)).contains("new");
        assertThat(memory.get(QUEUED)).as("in the store").isPresent();
    }

    @Test
    @DisplayName("where nothing is queued a reading is one request")
    void readsOnce() {
        read(changes());

        assertThat(requests).containsExactly("read");
    }

    private void queue(SharedChanges changes) {
        answers = false;
        changes.change(List.of(new Change.Set(QUEUED, "new")));
        answers = true;
    }

    private Optional<String> read(SharedChanges changes) {
        return changes.read(new SharedConfig(store))
                .flatMap(stored -> stored.mapping().get(QUEUED));
    }

    /** Counts what it is asked. */
    private final class Told implements OperationStore {

        @Override
        public List<KeyValue> read(List<String> keys) {
            asked("read");
            List<KeyValue> found = memory.read(keys);
            Runnable then = afterRead;
            afterRead = () -> {};
            then.run();
            entriesRead += found.size();
            return found;
        }

        @Override
        public long indexBelow(String prefix) {
            asked("index");
            return memory.indexBelow(prefix);
        }

        @Override
        public Transaction.Result transact(List<Operation> wanted) {
            asked("write");
            betweenReadAndWrite.run();
            betweenReadAndWrite = () -> {};
            return memory.transact(wanted);
        }

        private void asked(String what) {
            requests.add(what);
            if (!answers) {
                throw StoreFaults.noLeader();
            }
        }
    }
}
