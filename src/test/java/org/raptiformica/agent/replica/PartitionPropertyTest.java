package org.raptiformica.agent.replica;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.raptiformica.cluster.api.AgentApi;
import org.raptiformica.cluster.api.SharedConfigView;
import org.raptiformica.cluster.config.ClientReplica;
import org.raptiformica.config.CacheDirectory;
import org.raptiformica.config.Change;
import org.raptiformica.config.ConfigCache;
import org.raptiformica.config.ConfigOperation;
import org.raptiformica.config.Mapping;
import org.raptiformica.config.Outbox;
import org.raptiformica.config.Stamp;
import org.raptiformica.consensus.MemoryStore;
import org.raptiformica.consensus.OperationStore;
import org.raptiformica.consensus.Operations;
import org.raptiformica.consul.ConsulException;
import org.raptiformica.consul.KeyValue;
import org.raptiformica.consul.Operation;
import org.raptiformica.consul.StoreFaults;
import org.raptiformica.consul.Transaction;
import org.raptiformica.failure.NoCluster;

/**
 * Nodes and clients change the shared config while partitions come and go, answers get lost, writes arrive late and agents
 * restart, while clocks jump by months and old operations are tidied away. Once all is healed everybody has what a replay of all changes in the order of their stamps gives. Only the store
 * and the network are a model; outboxes, replicas and merging are those of the program.
 */
@Execution(ExecutionMode.CONCURRENT)
class PartitionPropertyTest {

    private static final Mapping WHOLE = Mapping.of(Map.of(
            "raptiformica/server/s/x/bootstrap", "true",
            "raptiformica/compute/c/s/source", "s",
            "raptiformica/platform/default/hooks/after_mesh/x/command", "c",
            "raptiformica/a/0", "seeded",
            "raptiformica/b/c/1", "seeded"));
    private static final int STEPS = 60;

    @TempDir(factory = MemoryDirectory.class)
    Path directory;

    private final MemoryStore store = new MemoryStore();
    private final List<List<Operation>> late = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();
    private final List<Client> clients = new ArrayList<>();
    private final Map<String, List<Change>> acknowledged = new TreeMap<>();
    private Random random = new Random();
    private long now = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();
    private boolean faulty = true;
    private boolean overtaking;

    static List<Long> seeds() {
        String one = System.getProperty("raptiformica.seed", "");
        return one.isEmpty() ? new Random(5).longs(12).boxed().toList() : List.of(Long.parseLong(one));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    @DisplayName("whatever happens, all agree in the end, and nothing is lost, applied twice or undone")
    void allAgreeInTheEnd(long seed) {
        begin(seed);
        for (int i = 0; i < STEPS; i++) {
            step(false);
        }
        heal();

        everybodyHas(replayed());
        nothingIsLostOrAppliedTwice();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    @DisplayName("with others writing to the store besides, all agree in the end, and nothing is lost or applied twice")
    void allAgreeWithPlainWritesBesides(long seed) {
        begin(seed);
        for (int i = 0; i < STEPS; i++) {
            step(true);
        }
        heal();

        everybodyHas(stored());
        nothingIsLostOrAppliedTwice();
    }

    private void begin(long seed) {
        random = new Random(seed);
        WHOLE.asMap().forEach(store::put);
        for (int i = 0; i < 4; i++) {
            nodes.add(new Node("n" + i));
        }
        for (int i = 0; i < 2; i++) {
            clients.add(new Client("c" + i));
        }
        faulty = false;
        settle();
        faulty = true;
    }

    private void step(boolean plain) {
        now += random.nextInt(2000);
        Node node = nodes.get(random.nextInt(nodes.size()));
        Client client = clients.get(random.nextInt(clients.size()));
        switch (random.nextInt(plain ? 13 : 12)) {
            case 0 -> node.connected = !node.connected;
            case 1 -> node.restart();
            case 2, 3 -> node.change(changes());
            case 4, 5 -> client.change(changes(), random.nextInt(3) == 0 ? Optional.empty() : Optional.of(node));
            case 6 -> client.look(node);
            case 7 -> somethingLateArrives();
            case 8, 9 -> node.reconcile();
            case 10 -> node.clock.jumpFar();
            case 11 -> node.forgetOld();
            default -> plainWrite();
        }
    }

    private void plainWrite() {
        if (random.nextInt(3) == 0) {
            store.delete(key());
        } else {
            store.put(key(), "plain " + random.nextInt(1000));
        }
    }

    private List<Change> changes() {
        List<Change> changes = new ArrayList<>();
        int many = random.nextInt(10) == 0 ? 40 : 1 + random.nextInt(3);
        for (int i = 0; i < many; i++) {
            changes.add(
                    switch (random.nextInt(6)) {
                        case 0 -> new Change.Delete(key());
                        case 1 -> new Change.DeleteBelow(random.nextBoolean() ? "raptiformica/a" : "raptiformica/b/c/");
                        default -> new Change.Set(key(), "v" + random.nextInt(1_000_000));
                    });
        }
        return changes;
    }

    private String key() {
        return "raptiformica/" + List.of("a", "b", "b/c", "d").get(random.nextInt(4)) + "/" + random.nextInt(12);
    }

    private void somethingLateArrives() {
        if (!late.isEmpty()) {
            store.transact(late.remove(random.nextInt(late.size())));
        }
    }

    /** What comes between the reading of a node and its write. */
    private void meanwhile(Node node) {
        if (!overtaking) {
            overtaking = true;
            somethingLateArrives();
            nodes.stream().filter(other -> other != node).forEach(Node::reconcile);
            overtaking = false;
        }
    }

    private void heal() {
        nodes.forEach(node -> node.connected = true);
        settle();
        while (!late.isEmpty()) {
            somethingLateArrives();
        }
        faulty = false;
        settle();
        settle();
    }

    private void settle() {
        for (Client client : clients) {
            client.look(nodes.getFirst());
        }
        nodes.forEach(Node::reconcile);
        for (Client client : clients) {
            client.look(nodes.getLast());
        }
    }

    private Mapping stored() {
        Map<String, String> values = new TreeMap<>();
        store.getBelow("raptiformica/").forEach(entry -> values.put(entry.key(), entry.text()));
        return Mapping.of(values);
    }

    /** The rule in its simplest form: all changes, in the order of their stamps. */
    private Mapping replayed() {
        // A list: operations of one author may have got the same stamp, and a map would forget one of them.
        List<Map.Entry<Stamp, Change>> all = new ArrayList<>();
        acknowledged.forEach((id, changes) -> {
            Stamp at = Stamp.parse(store.get("raptiformica_operations/applied/" + id)
                    .orElseThrow(() -> new AssertionError("operation " + id + " was lost: " + changes))
                    .text());
            for (int i = 0; i < changes.size(); i++) {
                all.add(Map.entry(at.plus(i), changes.get(i)));
            }
        });
        Mapping mapping = WHOLE;
        all.sort(Map.Entry.comparingByKey());
        for (Map.Entry<Stamp, Change> change : all) {
            mapping = change.getValue().appliedTo(mapping);
        }
        return mapping;
    }

    private void everybodyHas(Mapping expected) {
        assertThat(stored().asMap()).as("the store").isEqualTo(expected.asMap());
        nodes.forEach(node -> assertThat(node.replica.current().asMap())
                .as("replica of " + node.name)
                .isEqualTo(expected.asMap()));
        clients.forEach(client -> assertThat(client.cache.read().orElseThrow().asMap())
                .as("cache of " + client.name)
                .isEqualTo(expected.asMap()));
    }

    private void nothingIsLostOrAppliedTwice() {
        acknowledged
                .keySet()
                .forEach(id -> assertThat(store.timesWritten("raptiformica_operations/applied/" + id))
                        .as("how often operation " + id + " was completed")
                        .isEqualTo(1));
        nodes.forEach(node ->
                assertThat(node.outbox.isEmpty()).as("outbox of " + node.name).isTrue());
        clients.forEach(client -> assertThat(client.outbox.isEmpty())
                .as("outbox of " + client.name)
                .isTrue());
    }

    /** A clock that is some time off, and jumps now and then, forwards and back. */
    private final class Skewed extends Clock {

        private long off = skew();

        /** By up to two months, which is more than anything is remembered. */
        void jumpFar() {
            off = random.nextLong(120 * 86_400_000L) - 60 * 86_400_000L;
        }

        private long skew() {
            return random.nextLong(120_000) - 60_000;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            if (random.nextInt(20) == 0) {
                off = skew();
            }
            return Instant.ofEpochMilli(now + off);
        }
    }

    private final class Node implements OperationStore {

        private final String name;
        private final Skewed clock = new Skewed();
        private final ConfigCache cache;
        private final Outbox outbox;
        private final Operations operations = new Operations(this, clock);
        private Replica replica;
        private SharedChanges changes;
        private boolean connected = true;

        Node(String name) {
            this.name = name;
            CacheDirectory place = new CacheDirectory(directory.resolve(name));
            cache = new ConfigCache(place);
            outbox = new Outbox(place.outbox(), clock);
            replica = new Replica(cache, outbox);
            changes = new SharedChanges(replica, operations, operations::read, clock);
            replica.take(WHOLE);
        }

        void restart() {
            replica = new Replica(cache, outbox);
            changes = new SharedChanges(replica, operations, operations::read, clock);
        }

        void change(List<Change> wanted) {
            Set<String> before = knownIds();
            changes.change(wanted);
            Set<String> made = new TreeSet<>(knownIds());
            made.removeAll(before);
            made.removeAll(acknowledged.keySet());
            acknowledged.put(made.iterator().next(), wanted);
        }

        private Set<String> knownIds() {
            Set<String> ids = new TreeSet<>();
            outbox.content().operations().forEach(one -> ids.add(one.id()));
            String applied = "raptiformica_operations/applied/";
            store.getBelow(applied).forEach(one -> ids.add(one.key().substring(applied.length())));
            return ids;
        }

        void forgetOld() {
            try {
                operations.forgetOld();
            } catch (ConsulException cutOff) {
                // Another time.
            }
        }

        void reconcile() {
            try {
                changes.flush();
                Operations.Seen seen = operations.look();
                Map<String, String> values = new TreeMap<>();
                getBelow("raptiformica/").forEach(entry -> values.put(entry.key(), entry.text()));
                replica.take(Mapping.of(values));
                replica.agreed(seen, clock.instant());
            } catch (ConsulException cutOff) {
                // Another time.
            }
        }

        @Override
        public List<KeyValue> read(List<String> keys) {
            there();
            return store.read(keys);
        }

        @Override
        public long indexBelow(String prefix) {
            there();
            return store.indexBelow(prefix);
        }

        @Override
        public Transaction.Result transact(List<Operation> wanted) {
            there();
            int fate = faulty ? random.nextInt(8) : 7;
            if (fate == 0) {
                late.add(wanted);
                throw StoreFaults.answerLost();
            }
            if (fate == 1) {
                store.transact(wanted);
                throw StoreFaults.answerLost();
            }
            if (fate == 2) {
                throw StoreFaults.unreachable();
            }
            if (fate == 3) {
                meanwhile(this);
            }
            return store.transact(wanted);
        }

        private void there() {
            if (!connected) {
                throw StoreFaults.noLeader();
            }
        }

        AgentApi api() {
            return (AgentApi) Proxy.newProxyInstance(
                    AgentApi.class.getClassLoader(), new Class<?>[] {AgentApi.class}, (_, method, arguments) -> {
                        if (!method.getName().equals("deliver")) {
                            throw new UnsupportedOperationException(method.getName());
                        }
                        List<ConfigOperation> given = new ArrayList<>();
                        ((List<?>) arguments[0]).forEach(one -> given.add((ConfigOperation) one));
                        Object answer = changes.deliver(given);
                        if (faulty && random.nextInt(4) == 0) {
                            throw new NoCluster(name, "the connection broke before the answer", "");
                        }
                        return answer;
                    });
        }
    }

    private final class Client {

        private final String name;
        private final ConfigCache cache;
        private final Outbox outbox;
        private final ClientReplica replica;

        Client(String name) {
            this.name = name;
            CacheDirectory place = new CacheDirectory(directory.resolve(name));
            cache = new ConfigCache(place);
            outbox = new Outbox(place.clientOutbox(), new Skewed());
            replica = new ClientReplica(cache, outbox);
            cache.update(_ -> WHOLE);
        }

        void change(List<Change> wanted, Optional<Node> reached) {
            ConfigOperation made = replica.record(wanted);
            acknowledged.put(made.id(), wanted);
            reached.ifPresent(node -> deliver(node, Set.of(made.id())));
        }

        private void deliver(Node node, Set<String> justMade) {
            try {
                replica.deliver(node.api(), justMade);
            } catch (NoCluster lost) {
                // It is still in the outbox.
            }
        }

        void look(Node node) {
            deliver(node, Set.of());
            if (node.connected) {
                Operations.Seen seen = node.operations.look();
                replica.take(new SharedConfigView(
                        stored(),
                        true,
                        Optional.of(Instant.now()),
                        seen.index(),
                        node.outbox.content().latest(),
                        0));
            }
        }
    }
}
