package org.raptiformica.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.raptiformica.config.Change;
import org.raptiformica.config.ConfigOperation;
import org.raptiformica.config.Outbox;
import org.raptiformica.consul.ConsulException;
import org.raptiformica.consul.KeyValue;
import org.raptiformica.consul.KeyValueStore;
import org.raptiformica.consul.Operation;
import org.raptiformica.consul.RealConsul;
import org.raptiformica.consul.Transaction;

/** Operations in a real Consul, also in one that stops in the middle of them. */
class OperationsIT {

    private static final Duration SHORT = Duration.ofMillis(500);
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    static Path directory;

    private static RealConsul consul;
    private static KeyValueStore kv;
    private static Operations operations;

    @TempDir
    Path home;

    @BeforeAll
    static void startConsul() {
        consul = RealConsul.alone(directory);
        kv = consul.client().kv();
        operations = new Operations(OperationStore.in(consul.client()), Clock.systemUTC());
    }

    @AfterAll
    static void stopConsul() {
        consul.close();
    }

    @BeforeEach
    void empty() {
        kv.deleteBelow("raptiformica/");
        kv.deleteBelow("raptiformica_operations/");
        kv.put("raptiformica/a/seeded", "1");
    }

    private Outbox outbox(String name) {
        return new Outbox(home.resolve(name + ".json"), Clock.systemUTC());
    }

    private Outbox knowing(String name) {
        Outbox outbox = outbox(name);
        Operations.Seen seen = operations.look();
        outbox.saw(seen.index(), seen.latest());
        return outbox;
    }

    private Optional<String> value(String key) {
        return kv.get("raptiformica/" + key).map(KeyValue::text);
    }

    @Test
    @DisplayName("an operation changes what it says, once, however often it is applied")
    void isAppliedOnce() {
        ConfigOperation operation =
                knowing("me").record(List.of(new Change.Set("raptiformica/a/x", "mine"), delete("a/seeded")));
        operations.apply(operation);
        kv.put("raptiformica/a/x", "of another");
        operations.apply(operation);

        assertThat(value("a/x")).contains("of another");
        assertThat(value("a/seeded")).isEmpty();
        assertThat(operations.isApplied(operation.id())).isTrue();
    }

    @Test
    @DisplayName("a deletion of all below a prefix keeps older sets that arrive later out, and lets later ones in")
    void deletionsStay() {
        Outbox slow = knowing("slow");
        ConfigOperation older = slow.record(List.of(new Change.Set("raptiformica/a/late", "older")));
        ConfigOperation deletion = knowing("deleter").record(List.of(new Change.DeleteBelow("raptiformica/a")));
        operations.apply(deletion);
        operations.apply(older);
        assertThat(kv.getBelow("raptiformica/a/")).isEmpty();

        operations.apply(knowing("later").record(List.of(new Change.Set("raptiformica/a/late", "later"))));
        assertThat(value("a/late")).contains("later");
    }

    @Test
    @DisplayName("a write without a stamp beats who had not seen it and yields to who had")
    void plainWrites() {
        Outbox offline = knowing("offline");
        kv.put("raptiformica/a/seeded", "plain");
        ConfigOperation unaware = offline.record(List.of(new Change.Set("raptiformica/a/seeded", "offline")));
        operations.apply(unaware);
        assertThat(value("a/seeded")).contains("plain");

        operations.apply(knowing("aware").record(List.of(new Change.Set("raptiformica/a/seeded", "aware"))));
        assertThat(value("a/seeded")).contains("aware");
    }

    @Test
    @DisplayName("a stamp from a clock a year ahead locks nobody out")
    void clockAhead() {
        Clock ahead = Clock.offset(Clock.systemUTC(), Duration.ofDays(365));
        Outbox wrong = new Outbox(home.resolve("wrong.json"), ahead);
        operations.apply(wrong.record(List.of(new Change.Set("raptiformica/a/x", "from the future"))));
        operations.apply(knowing("right").record(List.of(new Change.Set("raptiformica/a/x", "now"))));

        assertThat(value("a/x")).contains("now");
    }

    @Test
    @DisplayName("more keys than a transaction holds, and all of them deleted again")
    void manyKeys() {
        List<Change> sets = IntStream.range(0, 200)
                .<Change>mapToObj(n -> new Change.Set("raptiformica/many/" + n, "v" + n))
                .toList();
        operations.apply(knowing("me").record(sets));
        assertThat(kv.getBelow("raptiformica/many/")).hasSize(200);

        operations.apply(knowing("me").record(List.of(new Change.DeleteBelow("raptiformica/many/"))));
        assertThat(kv.getBelow("raptiformica/many/")).isEmpty();
        assertThat(kv.getBelow("raptiformica_operations/begun/")).isEmpty();
    }

    @Test
    @DisplayName("operations of many at once are all applied")
    void manyAtOnce() {
        List<CompletableFuture<Void>> authors = IntStream.range(0, 4)
                .mapToObj(author -> CompletableFuture.runAsync(
                        () -> {
                            Outbox outbox = knowing("author" + author);
                            for (int n = 0; n < 10; n++) {
                                operations.apply(outbox.record(List.of(
                                        new Change.Set("raptiformica/own/" + author + "/" + n, "1"),
                                        new Change.Set("raptiformica/shared", author + " " + n))));
                            }
                        },
                        Thread::startVirtualThread))
                .toList();
        authors.forEach(CompletableFuture::join);

        assertThat(kv.getBelow("raptiformica/own/")).hasSize(40);
        assertThat(kv.getBelow("raptiformica_operations/applied/")).hasSize(40);
    }

    @Test
    @DisplayName("Consul stopped in the middle of writes: what is tried again afterwards is there exactly once")
    void stoppedInTheMiddle() throws Exception {
        List<String> completed = new ArrayList<>();
        Operations hasty = new Operations(counting(completed), Clock.systemUTC());
        Outbox outbox = knowing("me");
        CompletableFuture<Void> signals =
                CompletableFuture.runAsync(OperationsIT::stopAndGoOn, Thread::startVirtualThread);
        for (int n = 0; n < 60 || !signals.isDone(); n++) {
            outbox.record(List.of(
                    new Change.Set("raptiformica/n/" + n, "" + n), new Change.Set("raptiformica/last", "" + n)));
            try {
                drain(hasty, outbox);
            } catch (ConsulException interrupted) {
                // It waits in the outbox, as on a node.
            }
        }
        signals.get();
        consul.until("the outbox is empty", LONG, () -> {
            drain(operations, outbox);
            return outbox.isEmpty();
        });

        List<KeyValue> numbers = kv.getBelow("raptiformica/n/");
        List<KeyValue> applied = kv.getBelow("raptiformica_operations/applied/");
        assertThat(numbers).hasSameSizeAs(applied).hasSizeGreaterThanOrEqualTo(60);
        assertThat(value("last")).contains(String.valueOf(numbers.size() - 1));
        assertThat(applied).as("written once each").allMatch(entry -> entry.createIndex() == entry.modifyIndex());
        assertThat(numbers).as("written once each").allMatch(entry -> entry.createIndex() == entry.modifyIndex());
        assertThat(completed).as("nobody was told twice").doesNotHaveDuplicates();
    }

    @Test
    @DisplayName("without a leader nothing is applied and nothing is lost")
    void withoutALeader() {
        Outbox outbox = knowing("me");
        outbox.record(List.of(new Change.Set("raptiformica/a/x", "1")));
        consul.signal("STOP");
        try {
            Operations hasty = new Operations(OperationStore.in(consul.client(SHORT)), Clock.systemUTC());
            assertThatThrownBy(() -> drain(hasty, outbox)).isInstanceOf(ConsulException.class);
        } finally {
            consul.signal("CONT");
        }
        assertThat(outbox.content().operations()).hasSize(1);
        consul.until("it is applied", LONG, () -> {
            drain(operations, outbox);
            return value("a/x").isPresent();
        });
    }

    private static Change delete(String key) {
        return new Change.Delete("raptiformica/" + key);
    }

    private static void drain(Operations operations, Outbox outbox) {
        for (ConfigOperation one : outbox.content().operations()) {
            operations.apply(one);
            outbox.remove(Set.of(one.id()));
        }
    }

    /** The signals are to hit writes on the way, at no particular moment. */
    private static void stopAndGoOn() {
        for (int i = 0; i < 4; i++) {
            LockSupport.parkNanos(Duration.ofMillis(300).toNanos());
            consul.signal("STOP");
            LockSupport.parkNanos(Duration.ofMillis(900).toNanos());
            consul.signal("CONT");
        }
    }

    private static OperationStore counting(List<String> completed) {
        OperationStore real = OperationStore.in(consul.client(SHORT));
        return new OperationStore() {
            @Override
            public List<KeyValue> read(List<String> keys) {
                return real.read(keys);
            }

            @Override
            public long indexBelow(String prefix) {
                return real.indexBelow(prefix);
            }

            @Override
            public Transaction.Result transact(List<Operation> wanted) {
                Transaction.Result result = real.transact(wanted);
                if (result instanceof Transaction.Result.Committed) {
                    wanted.stream()
                            .filter(Operation.CheckAbsent.class::isInstance)
                            .map(Operation::key)
                            .filter(key -> key.contains("/applied/"))
                            .forEach(completed::add);
                }
                return result;
            }
        };
    }
}
