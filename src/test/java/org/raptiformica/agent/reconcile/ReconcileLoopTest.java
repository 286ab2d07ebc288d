package org.raptiformica.agent.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.raptiformica.agent.node.Log;
import org.raptiformica.agent.node.NodeRecord;
import org.raptiformica.consensus.ConsulRole;
import org.raptiformica.failure.StepFailed;
import org.raptiformica.host.Waiting;

class ReconcileLoopTest {

    private static final NodeRecord NODE = new NodeRecord("key", ConsulRole.CLIENT);

    private final ByteArrayOutputStream told = new ByteArrayOutputStream();
    private final Log log = new Log(new PrintStream(told, true, StandardCharsets.UTF_8));
    private final List<String> looked = new CopyOnWriteArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    @AfterEach
    void stop() {
        threads.forEach(Thread::interrupt);
    }

    /** A reconciler that takes these steps, then is settled. */
    private Reconciler reconciler(String name, List<Supplier<Step>> steps) {
        Iterator<Supplier<Step>> next = List.copyOf(steps).iterator();
        return new Reconciler() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Step reconcile(NodeRecord wanted) {
                looked.add(name);
                return next.hasNext() ? next.next().get() : Step.settled();
            }
        };
    }

    private ReconcileLoop begin(Optional<NodeRecord> record, Reconciler... reconcilers) {
        return begin(Duration.ZERO, record, reconcilers);
    }

    private ReconcileLoop begin(Duration rest, Optional<NodeRecord> record, Reconciler... reconcilers) {
        ReconcileLoop loop = new ReconcileLoop(List.of(reconcilers), () -> record, () -> rest, log);
        threads.add(Thread.ofVirtual().start(loop::run));
        return loop;
    }

    private static void settled(ReconcileLoop loop) {
        Waiting.until(
                "a settled node",
                Duration.ofSeconds(30),
                () -> loop.waitingFor().isEmpty() ? Optional.of(true) : Optional.empty());
    }

    @Test
    @DisplayName("news that follow a round closely are looked at together, when its rest is over")
    void newsAreGathered() throws InterruptedException {
        Duration rest = Duration.ofMillis(400);
        long begin = System.nanoTime();
        ReconcileLoop loop = begin(rest, Optional.of(NODE), reconciler("mesh", List.of()));
        settled(loop);
        looked.clear();

        for (int i = 0; i < 5; i++) {
            loop.news();
            Thread.sleep(10);
        }
        awaitLook();

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(rest);
        Thread.sleep(50);
        assertThat(looked).hasSize(1);
    }

    @Test
    @DisplayName("what was done for itself is told, and nothing is looked at again for it")
    void doneForItself() throws InterruptedException {
        ReconcileLoop loop =
                begin(Optional.of(NODE), reconciler("filter", List.of(() -> Step.done("nft lets in 2 members"))));

        settled(loop);
        Thread.sleep(100);

        assertThat(looked).containsExactly("filter");
        assertThat(told.toString(StandardCharsets.UTF_8)).contains("filter: nft lets in 2 members");
    }

    @Test
    @DisplayName("what concerns this node is looked at without any rest")
    void aPokeIsHeardAtOnce() {
        ReconcileLoop loop = begin(Duration.ofHours(1), Optional.of(NODE), reconciler("mesh", List.of()));
        settled(loop);
        looked.clear();

        loop.news();
        loop.poke();

        awaitLook();
    }

    private void awaitLook() {
        Waiting.until("a look", Duration.ofSeconds(30), () -> looked.isEmpty() ? Optional.empty() : Optional.of(true));
    }

    @Test
    void laterReconcilersWaitForEarlierOnes() {
        ReconcileLoop loop = begin(
                Optional.of(NODE),
                reconciler("mesh", List.of(() -> Step.waiting("the TUN device"))),
                reconciler("store", List.of()));

        settled(loop);

        assertThat(looked).startsWith("mesh", "mesh", "store");
    }

    @Test
    void aFailureIsToldAsWhatIsWaitedForAndTriedAgain() {
        ReconcileLoop loop = begin(
                Optional.of(NODE),
                reconciler(
                        "mesh",
                        List.of(
                                () -> {
                                    throw new StepFailed("yggdrasil", "it does not start", "Look.");
                                },
                                () -> Step.changed("started yggdrasil"))));

        settled(loop);

        assertThat(told.toString(StandardCharsets.UTF_8))
                .contains("mesh: waiting for yggdrasil: it does not start", "mesh: started yggdrasil");
    }

    @Test
    void theSameTroubleIsLoggedOnce() {
        Supplier<Step> waiting = () -> Step.waiting("a leader");
        settled(begin(Optional.of(NODE), reconciler("store", List.of(waiting, waiting, waiting))));

        assertThat(told.toString(StandardCharsets.UTF_8).lines().filter(line -> line.contains("a leader")))
                .hasSize(1);
    }

    @Test
    void aMachineThatWasNotToldToBeANodeIsLeftAlone() {
        ReconcileLoop loop = begin(Optional.empty(), reconciler("mesh", List.of()));
        loop.poke();

        assertThat(looked).isEmpty();
    }

    @Test
    void aPokeIsALookAtOnce() {
        ReconcileLoop loop = begin(Optional.of(NODE), reconciler("mesh", List.of()));
        settled(loop);
        int before = looked.size();

        loop.poke();

        Waiting.until(
                "another look",
                Duration.ofSeconds(2),
                () -> looked.size() > before ? Optional.of(true) : Optional.empty());
    }
}
