package org.raptiformica.agent.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.raptiformica.agent.node.NodeRecord;
import org.raptiformica.agent.replica.Replica;
import org.raptiformica.agent.replica.WholeReplica;
import org.raptiformica.cluster.api.StoreServer;
import org.raptiformica.config.Change;
import org.raptiformica.config.Keys;
import org.raptiformica.config.Mapping;
import org.raptiformica.consensus.ConsulRole;
import org.raptiformica.consensus.Member;
import org.raptiformica.consul.StoreFaults;

/** A node that loses the quorum, by a clock that the test moves. Its server is gone, it is a client agent. */
class QuorumReconcilerTest {

    private static final NodeRecord CLIENT = new NodeRecord("self", ConsulRole.CLIENT);
    private static final KnownServer GONE = new KnownServer(new StoreServer("fd::2", "id"), true);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final List<String> done = new ArrayList<>();
    private final List<String> logged = new ArrayList<>();
    private Optional<Replica> replica = Optional.empty();
    private Instant now = Instant.EPOCH;
    private boolean leader = true;
    private boolean answers = true;
    private Set<String> successors = Set.of();

    private final QuorumReconciler.Sight sight = new QuorumReconciler.Sight() {
        @Override
        public String self() {
            return "fd::1";
        }

        @Override
        public boolean leader() {
            return leader;
        }

        @Override
        public List<KnownServer> servers() {
            return List.of(GONE);
        }

        @Override
        public Set<String> successors() {
            return successors;
        }

        @Override
        public List<Member> members() {
            if (!answers) {
                throw StoreFaults.unreachable();
            }
            return Stream.of("fd::1", "fd::3")
                    .filter(node -> node.equals("fd::1") || !successors.isEmpty())
                    .map(node ->
                            new Member(node, node, 8301, Member.Status.ALIVE, type(node), "1.8.7", 2, "raptiformica"))
                    .toList();
        }
    };

    private static Member.Type type(String node) {
        return node.equals("fd::1") ? Member.Type.CLIENT : Member.Type.SERVER;
    }

    private final QuorumReconciler.Part part = new QuorumReconciler.Part() {
        @Override
        public String goOn(QuorumLoss.Verdict.GoOn with, NodeRecord wanted) {
            return did("goes on");
        }

        @Override
        public String foundAnew(NodeRecord wanted) {
            return did("founds");
        }

        @Override
        public String stepBack(NodeRecord wanted) {
            return did("steps back");
        }

        private String did(String what) {
            done.add(what);
            return what;
        }
    };

    @BeforeEach
    void twoNodes() {
        Mapping two = WholeReplica.node("gone", "fd::2")
                .writtenTo(WholeReplica.node("self", "fd::1").writtenTo(Mapping.empty()));
        replica = Optional.of(WholeReplica.in(directory, two));
    }

    private QuorumReconciler reconciler() {
        return new QuorumReconciler(
                sight, replica.orElseThrow(), part, directory.resolve("servers.json"), () -> now, logged::add);
    }

    private void declareGone() {
        WholeReplica.change(replica.orElseThrow(), new Change.DeleteBelow(Keys.neighbour("gone")));
    }

    private void look(QuorumReconciler reconciler, Duration during) {
        look(reconciler, during, CLIENT);
    }

    private void look(QuorumReconciler reconciler, Duration during, NodeRecord wanted) {
        Instant end = now.plus(during);
        while (now.isBefore(end)) {
            now = now.plusSeconds(2);
            reconciler.reconcile(wanted);
        }
    }

    @Test
    @DisplayName("a server without a leader steps back as soon as it hears that the store goes on without it")
    void aReplacedServerStepsBack() {
        QuorumReconciler reconciler = reconciler();
        NodeRecord server = new NodeRecord("self", ConsulRole.SERVER);
        leader = false;
        look(reconciler, Duration.ofMinutes(5), server);
        assertThat(done).as("what it did before it heard of it").isEmpty();

        successors = Set.of("fd::3");
        look(reconciler, Duration.ofSeconds(2), server);

        assertThat(done).containsExactly("steps back");
        assertThat(logged.getLast()).isEqualTo("quorum: the store goes on with other servers; steps back");
    }

    @Test
    @DisplayName("a minute after the last leader, with the lost server declared gone, the node founds a new store")
    void foundsWhenTheLostAreDeclaredGone() {
        QuorumReconciler reconciler = reconciler();
        look(reconciler, Duration.ofSeconds(2));
        leader = false;
        look(reconciler, Duration.ofMinutes(5));
        assertThat(done).as("while the lost server has an entry").isEmpty();
        assertThat(logged).as("said once").singleElement().asString().contains("fd::2 may be alive elsewhere");

        declareGone();
        look(reconciler, Duration.ofSeconds(2));

        assertThat(done).containsExactly("founds");
    }

    @Test
    @DisplayName("a leader that shows itself for a moment begins the minute anew")
    void anyLeaderBeginsTheMinuteAnew() {
        QuorumReconciler reconciler = reconciler();
        look(reconciler, Duration.ofSeconds(2));
        declareGone();
        leader = false;
        look(reconciler, Duration.ofSeconds(58));
        leader = true;
        look(reconciler, Duration.ofSeconds(2));
        leader = false;

        look(reconciler, Duration.ofSeconds(58));

        assertThat(done).isEmpty();
    }

    @Test
    @DisplayName("so does a Consul that does not answer: what gossip would show is not known then")
    void aConsulThatIsAwayBeginsTheMinuteAnew() {
        QuorumReconciler reconciler = reconciler();
        look(reconciler, Duration.ofSeconds(2));
        declareGone();
        leader = false;
        look(reconciler, Duration.ofSeconds(58));
        answers = false;
        look(reconciler, Duration.ofSeconds(2));
        answers = true;

        look(reconciler, Duration.ofSeconds(58));

        assertThat(done).isEmpty();
    }

    @Test
    @DisplayName("an agent that was started after the loss knows from the disk who the servers were")
    void theServersAreKnownAfterARestart() {
        look(reconciler(), Duration.ofSeconds(2));
        leader = false;
        declareGone();

        QuorumReconciler restarted = reconciler();
        look(restarted, Duration.ofSeconds(58));
        assertThat(done).as("before its own minute is over").isEmpty();
        look(restarted, Duration.ofSeconds(10));

        assertThat(done).containsExactly("founds");
    }
}
