package org.raptiformica.consul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.google.gson.JsonParser;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.raptiformica.consul.Transaction.Result;

/** The client against a real Consul in memory. */
@Isolated("it measures answers in tenths of seconds")
class ConsulClientIT {

    private static final Duration WAIT = Duration.ofSeconds(10);

    @TempDir
    static Path directory;

    private static RealConsul consul;
    private static ConsulClient client;
    private static KeyValueStore kv;

    @BeforeAll
    static void startConsul() {
        consul = RealConsul.alone(directory);
        client = consul.client();
        kv = client.kv();
    }

    @AfterAll
    static void stopConsul() {
        consul.close();
    }

    @Test
    void readsBackWhatItWrote() {
        String key = "back/a b?c#d%e+f/größe [1]:2&x=y";
        kv.put(key, "Wert ü\n\"日\"\0");

        assertThat(kv.get(key).orElseThrow().text()).isEqualTo("Wert ü\n\"日\"\0");
        assertThat(kv.getBelow("back/"))
                .singleElement()
                .extracting(KeyValue::key)
                .isEqualTo(key);
    }

    @Test
    void hasNothingForAnAbsentKeyButAnIndexToWaitOn() {
        Answer<?> answer = kv.get("absent/key", Read.now());

        assertThat(kv.get("absent/key")).isEmpty();
        assertThat(kv.getBelow("absent/")).isEmpty();
        assertThat(kv.children("absent/")).isEmpty();
        assertThat(answer.index()).isPositive();
    }

    @Test
    void readsAnEmptyValue() {
        kv.put("empty", "");

        assertThat(kv.get("empty").orElseThrow().text()).isEmpty();
    }

    @Test
    void takesValuesOfFiveHundredTwelveKibibytesAndNoMore() {
        kv.put("large", "x".repeat(Transaction.MOST_BYTES));

        assertThat(kv.get("large").orElseThrow().text()).hasSize(Transaction.MOST_BYTES);
        assertThatThrownBy(() -> kv.put("large", "x".repeat(Transaction.MOST_BYTES + 1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void deletesOneKeyOrAllBelowAPrefixAndNoNeighbourOfIt() {
        kv.putAll(Map.of("del/a", "1", "del/a/b", "2", "del/c/d", "3", "del_map/x", "4"));

        kv.delete("del/a");
        assertThat(kv.getBelow("del/")).extracting(KeyValue::key).containsExactly("del/a/b", "del/c/d");
        kv.deleteBelow("del/");
        assertThat(kv.getBelow("del/")).isEmpty();
        assertThat(kv.get("del_map/x")).isPresent();
    }

    @Test
    void listsTheNextSegments() {
        kv.putAll(Map.of("list/a", "1", "list/b/c", "2", "list/b/d", "3"));

        assertThat(kv.children("list/")).containsExactly("list/a", "list/b/");
    }

    @Test
    void writesOnlyWhatNobodyElseWroteInBetween() {
        assertThat(kv.putIf("cas", "first", 0)).isTrue();
        long index = kv.get("cas").orElseThrow().modifyIndex();

        assertThat(kv.putIf("cas", "again", 0)).isFalse();
        assertThat(kv.putIf("cas", "second", index)).isTrue();
        assertThat(kv.putIf("cas", "third", index)).isFalse();
        assertThat(kv.deleteIf("cas", index)).isFalse();
        assertThat(kv.deleteIf("cas", kv.get("cas").orElseThrow().modifyIndex()))
                .isTrue();
        assertThat(kv.get("cas")).isEmpty();
    }

    @Test
    void writesAndReadsNestedJson() {
        String text = "{\"a\":{\"b\":\"1\",\"c\":{\"d\":\"2\"}},\"e\":\"3\"}";
        kv.putNested("nested/", JsonParser.parseString(text).getAsJsonObject());

        assertThat(kv.get("nested/a/c/d").orElseThrow().text()).isEqualTo("2");
        assertThat(kv.getNested("nested/")).hasToString(text);
    }

    @Test
    void writesMoreThanATransactionHolds() {
        Map<String, String> many = IntStream.range(0, 300)
                .boxed()
                .collect(Collectors.toMap(n -> "many/" + n, n -> n % 50 == 0 ? "x".repeat(200_000) : "v" + n));
        many.put("many/large", "y".repeat(Transaction.MOST_BYTES));
        kv.putAll(many);

        assertThat(kv.getBelow("many/").stream().collect(Collectors.toMap(KeyValue::key, KeyValue::text)))
                .isEqualTo(new TreeMap<>(many));
    }

    @Test
    void takesTheFullestTransactionThatItMakes() {
        List<Operation> operations = IntStream.range(0, 64)
                .<Operation>mapToObj(n -> new Operation.Set("full/" + n, "x".repeat(6_080)))
                .toList();
        assertThat(Transaction.chunks(operations)).hasSize(1);

        assertThat(kv.transact(operations)).isInstanceOf(Result.Committed.class);
        List<Operation> single = List.of(new Operation.Set("full/one", "x".repeat(393_000)));
        assertThat(kv.transact(single)).isInstanceOf(Result.Committed.class);
    }

    @Test
    void doesAllOfATransactionOrNothing() {
        kv.put("txn/there", "1");
        long index = kv.get("txn/there").orElseThrow().modifyIndex();

        Result no = kv.transact(List.of(
                new Operation.Set("txn/new", "2"),
                new Operation.SetIf("txn/there", "3", index + 1),
                new Operation.CheckAbsent("txn/there")));
        assertThat(no)
                .isInstanceOfSatisfying(
                        Result.RolledBack.class,
                        back -> assertThat(back.reasons())
                                .extracting(Transaction.Reason::operation)
                                .contains(1));
        assertThat(kv.get("txn/new")).isEmpty();

        Result yes = kv.transact(List.of(
                new Operation.CheckAbsent("txn/new"),
                new Operation.CheckIndex("txn/there", index),
                new Operation.Set("txn/new", "2"),
                new Operation.SetIf("txn/there", "3", index),
                new Operation.Get("txn/there"),
                new Operation.GetBelow("txn/"),
                new Operation.DeleteBelow("txn/")));
        assertThat(yes)
                .isInstanceOfSatisfying(
                        Result.Committed.class,
                        done -> assertThat(done.entries())
                                .filteredOn(entry -> entry.key().equals("txn/there"))
                                .last()
                                .extracting(KeyValue::text)
                                .isEqualTo("3"));
        assertThat(kv.getBelow("txn/")).isEmpty();
    }

    @Test
    void readsKeysAndPrefixesTogetherWhetherTheyAreThereOrNot() {
        for (String key : List.of("together/a", "together/ab", "together/b/c", "together/bc")) {
            kv.put(key, key);
        }

        assertThat(kv.getTogether(List.of("together/b/", "together/none/", "together/a", "together/non")))
                .extracting(KeyValue::key, KeyValue::text)
                .containsExactlyInAnyOrder(tuple("together/a", "together/a"), tuple("together/b/c", "together/b/c"));
        assertThat(kv.getTogether(List.of("together/none/", "together/non"))).isEmpty();
    }

    @Test
    void waitsForAChange() throws Exception {
        kv.put("wait/a", "1");
        BlockingQuery<List<KeyValue>> query =
                new BlockingQuery<>(read -> kv.getBelow("wait/", read), Consistency.CONSISTENT, WAIT);
        query.next();
        CompletableFuture<Answer<List<KeyValue>>> next =
                CompletableFuture.supplyAsync(query::next, Thread::startVirtualThread);

        assertThatThrownBy(() -> next.get(300, TimeUnit.MILLISECONDS))
                .as("it waits")
                .isInstanceOf(java.util.concurrent.TimeoutException.class);
        kv.put("wait/b", "2");
        assertThat(next.get(2, TimeUnit.SECONDS).value()).hasSize(2);
    }

    @Test
    void waitsNoLongerThanItIsTold() {
        kv.put("idle", "1");
        long index = kv.get("idle", Read.now()).index();
        long start = System.nanoTime();
        Answer<?> answer = kv.get("idle", Read.now().after(index, Duration.ofMillis(500)));

        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofMillis(450), Duration.ofSeconds(3));
        assertThat(answer.index()).isEqualTo(index);
    }

    @Test
    void endsAWaitAtOnceWhenInterrupted() throws Exception {
        kv.put("interrupted", "1");
        long index = kv.get("interrupted", Read.now()).index();
        CompletableFuture<Long> ended = new CompletableFuture<>();
        Thread waiting = Thread.ofVirtual().start(() -> {
            try {
                kv.get("interrupted", Read.now().after(index, Duration.ofMinutes(5)));
            } catch (ConsulException.Interrupted interrupted) {
                ended.complete(System.nanoTime());
            }
        });
        Thread.sleep(200);
        long start = System.nanoTime();
        waiting.interrupt();

        assertThat(Duration.ofNanos(ended.get(2, TimeUnit.SECONDS) - start)).isLessThan(Duration.ofMillis(500));
    }

    @Test
    void saysHowFreshAnAnswerIs() {
        kv.put("fresh", "1");
        for (Consistency consistency : Consistency.values()) {
            Answer<?> answer = kv.get("fresh", Read.of(consistency));
            assertThat(answer.knownLeader()).as("%s", consistency).isTrue();
            assertThat(answer.lastContact()).as("%s", consistency).isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    void knowsTheAgentAndItsMembers() {
        AgentSelf self = client.agent().self();

        assertThat(self.nodeName()).isEqualTo("alone");
        assertThat(self.server()).isTrue();
        assertThat(self.version()).startsWith("1.");
        assertThat(self.lastIndex()).as("how far its copy of the store goes").isPositive();
        assertThat(client.agent().members()).singleElement().satisfies(member -> {
            assertThat(member.status()).isEqualTo(AgentMember.MemberStatus.ALIVE);
            assertThat(member.server()).isTrue();
            assertThat(member.address()).isEqualTo("127.0.0.1");
            assertThat(member.protocol()).isEqualTo(2);
        });
    }

    @Test
    void isToldWhenAJoinFails() {
        assertThatThrownBy(() -> client.agent().join("127.0.0.1:1")).isInstanceOf(ConsulException.Refused.class);
    }

    @Test
    void reloadsTheAgent() {
        client.agent().reload();

        assertThat(client.agent().members()).isNotEmpty();
    }

    @Test
    void isToldWhenANodeToForceOutIsNotThere() {
        assertThatThrownBy(() -> client.agent().forceLeave("nobody")).isInstanceOf(ConsulException.Refused.class);
    }

    @Test
    void knowsLeaderPeersAndServers() {
        String leader = client.raft().leader().orElseThrow();

        assertThat(client.raft().peers()).containsExactly(leader);
        assertThat(client.raft().configuration(Consistency.STALE))
                .singleElement()
                .satisfies(server -> {
                    assertThat(server.address()).isEqualTo(leader);
                    assertThat(server.leader()).isTrue();
                    assertThat(server.voter()).isTrue();
                });
    }

    @Test
    void refusesToRemoveAServerThatIsNone() {
        assertThatThrownBy(() -> client.raft().remove("00000000-0000-0000-0000-000000000000"))
                .isInstanceOf(ConsulException.Refused.class);
    }

    @Test
    void readsAndChangesAutopilot() {
        Autopilot.Configuration before = client.raft().autopilot();
        client.raft()
                .autopilot(new Autopilot.Configuration(
                        false, before.lastContactThreshold(), before.maxTrailingLogs(), "3s"));

        assertThat(client.raft().autopilot().cleanupDeadServers()).isFalse();
        assertThat(client.raft().autopilot().serverStabilizationTime()).isEqualTo("3s");
        consul.until(
                "the servers are healthy", WAIT, () -> client.raft().health().healthy());
        assertThat(client.raft().health().servers())
                .singleElement()
                .satisfies(server -> assertThat(server.voter()).isTrue());
    }

    @Test
    void holdsALockWithASessionUntilItEnds() {
        Session.Terms terms =
                Session.Terms.usual().withTtl(Duration.ofSeconds(10)).withLockDelay(Duration.ZERO);
        String mine = client.sessions().create("mine", terms);
        String other = client.sessions().create("other", terms);

        assertThat(kv.acquire("lock", "a", mine)).isTrue();
        assertThat(kv.acquire("lock", "b", other)).isFalse();
        assertThat(kv.get("lock").orElseThrow().session()).contains(mine);
        long token = kv.get("lock").orElseThrow().lockIndex();
        assertThat(client.sessions().renew(mine)).isTrue();
        assertThat(kv.release("lock", "c", other)).isFalse();
        client.sessions().destroy(mine);
        assertThat(client.sessions().renew(mine)).isFalse();
        assertThat(client.sessions().find(mine)).isEmpty();
        assertThat(kv.acquire("lock", "b", other)).isTrue();
        assertThat(kv.get("lock").orElseThrow().lockIndex()).isEqualTo(token + 1);
        assertThat(kv.release("lock", "", other)).isTrue();
    }

    @Test
    void deletesTheLockWithItsSessionIfTold() {
        String id = client.sessions().create("gone", Session.Terms.usual().with(Session.Behavior.DELETE));
        kv.acquire("gone-lock", "a", id);
        client.sessions().destroy(id);

        assertThat(kv.get("gone-lock")).isEmpty();
    }

    @Test
    void tellsTheTermsOfASession() {
        Session.Terms terms =
                Session.Terms.usual().withTtl(Duration.ofSeconds(12)).withLockDelay(Duration.ofSeconds(3));
        String id = client.sessions().create("terms", terms);

        assertThat(client.sessions().find(id).orElseThrow()).satisfies(session -> {
            assertThat(session.name()).isEqualTo("terms");
            assertThat(session.node()).isEqualTo("alone");
            assertThat(session.terms().ttl()).contains(Duration.ofSeconds(12));
            assertThat(session.terms().lockDelay()).isEqualTo(Duration.ofSeconds(3));
        });
        assertThat(client.sessions().all()).extracting(Session::id).contains(id);
    }

    @Test
    void letsALeadersWritesThroughAndNobodyElses() {
        String leader = client.sessions().create("leader", Session.Terms.usual().withLockDelay(Duration.ZERO));
        kv.acquire("fence", "", leader);
        Operation guard = new Operation.CheckSession("fence", leader);
        List<Operation> write = List.of(guard, new Operation.Set("fenced", "1"));

        assertThat(kv.transact(write)).isInstanceOf(Result.Committed.class);
        client.sessions().destroy(leader);
        assertThat(kv.transact(write)).isInstanceOf(Result.RolledBack.class);
    }

    @Test
    void firesEventsAndWaitsForThem() throws Exception {
        Answer<List<Event>> before = client.events().list("notify_cluster_change", Read.now());
        CompletableFuture<Answer<List<Event>>> next = CompletableFuture.supplyAsync(
                () -> {
                    BlockingQuery<List<Event>> query = new BlockingQuery<>(
                            read -> client.events().list("notify_cluster_change", read), Consistency.DEFAULT, WAIT);
                    Answer<List<Event>> seen = query.next();
                    while (seen.value().isEmpty()) {
                        seen = query.next();
                    }
                    return seen;
                },
                Thread::startVirtualThread);
        String id = client.events().fire("notify_cluster_change", "payload ü");

        assertThat(before.value()).isEmpty();
        assertThat(next.get(10, TimeUnit.SECONDS).value())
                .containsExactly(new Event(id, "notify_cluster_change", "payload ü"));
    }

    @Test
    void knowsNodesServicesAndChecks() {
        assertThat(client.catalog().nodes(Read.now()).value())
                .extracting(CatalogNode::node)
                .containsExactly("alone");
        assertThat(client.catalog().services(Read.now()).value()).containsOnlyKeys("consul");
        assertThat(client.catalog().allChecks(Read.now()).value())
                .extracting(HealthCheck::checkId)
                .contains("serfHealth");
        assertThat(client.catalog().checks("nobody", Read.now()).value()).isEmpty();
    }

    @Test
    void restoresWhatItSaved() {
        kv.put("snap/a", "before");
        ByteArrayOutputStream saved = new ByteArrayOutputStream();
        long bytes = client.snapshots().save(saved);
        kv.put("snap/a", "after");
        client.snapshots().restore(new ByteArrayInputStream(saved.toByteArray()));

        assertThat(bytes).isEqualTo(saved.size()).isPositive();
        assertThat(kv.get("snap/a").orElseThrow().text()).isEqualTo("before");
    }

    @Test
    void refusesADamagedSnapshotAndChangesNothing() {
        kv.put("damaged", "stays");
        ByteArrayOutputStream saved = new ByteArrayOutputStream();
        client.snapshots().save(saved);
        byte[] half = Arrays.copyOf(saved.toByteArray(), saved.size() / 2);

        assertThatThrownBy(() -> client.snapshots().restore(new ByteArrayInputStream(half)))
                .isInstanceOf(ConsulException.Refused.class);
        assertThat(kv.get("damaged").orElseThrow().text()).isEqualTo("stays");
    }

    @Test
    void leavesAndTheAgentEnds(@TempDir Path other) {
        try (RealConsul leaving = RealConsul.alone(other)) {
            leaving.client().agent().leave();
            leaving.until("the process ends", Duration.ofSeconds(20), () -> !leaving.running());
        }
    }
}
