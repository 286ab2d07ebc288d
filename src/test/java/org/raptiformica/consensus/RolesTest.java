package org.raptiformica.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.raptiformica.consensus.Candidate.Standing.CLIENT;
import static org.raptiformica.consensus.Candidate.Standing.LEADER;
import static org.raptiformica.consensus.Candidate.Standing.LEARNING;
import static org.raptiformica.consensus.Candidate.Standing.VOTER;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.raptiformica.consensus.Candidate.Standing;

class RolesTest {

    private static final Duration LONG = Duration.ofHours(1);

    @ParameterizedTest
    @CsvSource({"1,1", "2,1", "3,3", "4,3", "6,3", "7,5", "50,5"})
    void wantsOneThenThreeThenFiveServers(int nodes, int servers) {
        assertThat(Roles.wantedServers(nodes)).isEqualTo(servers);
    }

    @Test
    void promotesASteadyNodeWhenThereAreThree() {
        assertThat(Roles.next(List.of(alive("a", LEADER), comesAndGoes("b", CLIENT), alive("c", CLIENT))))
                .contains(new RoleChange.Promote("c"));
    }

    @Test
    void takesANodeThatComesAndGoesWhenThereIsNoOther() {
        assertThat(Roles.next(List.of(alive("a", LEADER), comesAndGoes("b", CLIENT), alive("c", VOTER))))
                .contains(new RoleChange.Promote("b"));
    }

    @Test
    void doesOneChangeAtATime() {
        assertThat(Roles.next(List.of(alive("a", LEADER), alive("b", LEARNING), alive("c", CLIENT))))
                .isEmpty();
    }

    @Test
    void doesNothingWithoutALeader() {
        assertThat(Roles.next(List.of(alive("a", VOTER), alive("b", CLIENT), alive("c", CLIENT))))
                .isEmpty();
    }

    @Test
    void doesNotTrustANodeThatHasJustCome() {
        assertThat(Roles.next(List.of(alive("a", LEADER), alive("b", CLIENT, 2), alive("c", CLIENT, 4))))
                .isEmpty();
    }

    @Test
    void changesNothingForAServerThatRestarts() {
        assertThat(Roles.next(List.of(alive("a", LEADER), alive("b", VOTER), dead("c", VOTER, 10), alive("d", CLIENT))))
                .isEmpty();
    }

    @Test
    void replacesADeadServerAndThenRemovesIt() {
        Candidate dead = dead("c", VOTER, 21);

        assertThat(Roles.next(List.of(alive("a", LEADER), alive("b", VOTER), dead, alive("d", CLIENT))))
                .contains(new RoleChange.Promote("d"));
        assertThat(Roles.next(List.of(alive("a", LEADER), alive("b", VOTER), dead, alive("d", VOTER))))
                .contains(new RoleChange.Remove("c"));
    }

    @Test
    void shrinksToOneServerWithoutEverLosingTheMajority() {
        assertThat(Roles.next(List.of(alive("a", LEADER), alive("b", VOTER), dead("c", VOTER, 21))))
                .contains(new RoleChange.Remove("c"));
        assertThat(Roles.next(List.of(alive("a", LEADER), alive("b", VOTER)))).contains(new RoleChange.Demote("b"));
    }

    @Test
    void demotesAnotherThanTheLeader() {
        assertThat(Roles.next(List.of(alive("a", VOTER), alive("b", LEADER)))).contains(new RoleChange.Demote("a"));
    }

    @Test
    void replacesAServerThatComesAndGoesByASteadyNode() {
        List<Candidate> before =
                List.of(alive("a", LEADER), comesAndGoes("b", VOTER), alive("c", VOTER), alive("d", CLIENT));
        assertThat(Roles.next(before)).contains(new RoleChange.Promote("d"));

        List<Candidate> between =
                List.of(alive("a", LEADER), comesAndGoes("b", VOTER), alive("c", VOTER), alive("d", VOTER));
        assertThat(Roles.next(between)).contains(new RoleChange.Demote("b"));
    }

    @Test
    void aServerThatLeavesIsReplacedFirst() {
        assertThat(Roles.next(List.of(alive("a", LEADER), leaves("b", VOTER), alive("c", VOTER), alive("d", CLIENT))))
                .contains(new RoleChange.Promote("d"));
        assertThat(Roles.next(List.of(alive("a", LEADER), leaves("b", VOTER), alive("c", VOTER), alive("d", VOTER))))
                .contains(new RoleChange.Demote("b"));
    }

    @Test
    void theOnlyServerHandsOverBeforeItLeaves() {
        assertThat(Roles.next(List.of(leaves("a", LEADER), alive("b", CLIENT)))).contains(new RoleChange.Promote("b"));
        assertThat(Roles.next(List.of(leaves("a", LEADER), alive("b", VOTER)))).contains(new RoleChange.Demote("a"));
    }

    @Test
    void aServerLeavesAlsoWhenNobodyCanReplaceIt() {
        assertThat(Roles.next(List.of(alive("a", LEADER), leaves("b", VOTER), alive("c", VOTER), dead("d", CLIENT, 5))))
                .contains(new RoleChange.Demote("b"));
    }

    @Test
    void theLastServerStaysOneWhenNobodyElseCanBeIt() {
        assertThat(Roles.next(List.of(leaves("a", LEADER)))).isEmpty();
        assertThat(Roles.next(List.of(leaves("a", LEADER), leaves("b", CLIENT))))
                .isEmpty();
    }

    @Test
    void whereAllLeaveOneServerAfterTheOtherGoesAndTheLeaderStaysForLast() {
        assertThat(Roles.next(List.of(leaves("a", LEADER), leaves("b", VOTER), leaves("c", VOTER))))
                .contains(new RoleChange.Demote("c"));
        assertThat(Roles.next(List.of(leaves("a", LEADER), leaves("b", VOTER), leaves("c", CLIENT))))
                .contains(new RoleChange.Demote("b"));
        assertThat(Roles.next(List.of(leaves("a", LEADER), leaves("b", VOTER), dead("d", CLIENT, 60))))
                .contains(new RoleChange.Demote("b"));
    }

    @Test
    void anyClusterComesToRestWithTheWantedServersAndAMajorityAllAlong() {
        for (long seed = 0; seed < 3000; seed++) {
            comesToRest(randomCluster(new Random(seed)), "seed " + seed);
        }
    }

    /** Plays what the steps ask for, everything else standing still. */
    private static void comesToRest(List<Candidate> nodes, String which) {
        for (int step = 0; step <= 4 * nodes.size(); step++) {
            Optional<RoleChange> next = Roles.next(nodes);
            if (next.isEmpty()) {
                atRest(nodes, which);
                return;
            }
            play(nodes, next.get());
            assertThat(majorityAlive(nodes))
                    .as("%s: majority after %s", which, next)
                    .isTrue();
        }
        assertThat(nodes).as("%s never comes to rest", which).isEmpty();
    }

    private static void atRest(List<Candidate> nodes, String which) {
        long alive = nodes.stream().filter(Candidate::alive).count();
        List<Candidate> servers = nodes.stream().filter(Candidate::server).toList();
        assertThat(servers).as(which).hasSize(Roles.wantedServers((int) alive)).allMatch(Candidate::alive);
        int mostRestless = servers.stream().mapToInt(RolesTest::restless).max().orElse(0);
        assertThat(nodes.stream().filter(node -> node.alive() && !node.server()))
                .as("%s: no restless server while a steady node is none", which)
                .allMatch(node -> restless(node) >= mostRestless);
    }

    private static int restless(Candidate node) {
        return node.departures() >= Roles.UNSTEADY ? 1 : 0;
    }

    private static void play(List<Candidate> nodes, RoleChange change) {
        Candidate node = nodes.stream()
                .filter(one -> one.node().equals(change.node()))
                .findFirst()
                .orElseThrow();
        nodes.remove(node);
        switch (change) {
            case RoleChange.Promote _ -> {
                assertThat(node.alive()).isTrue();
                nodes.add(standing(node, VOTER));
            }
            case RoleChange.Remove _ -> {
                assertThat(node.alive()).isFalse();
                nodes.add(standing(node, CLIENT));
            }
            case RoleChange.Demote _ -> demote(nodes, node);
        }
    }

    private static void demote(List<Candidate> nodes, Candidate node) {
        nodes.add(standing(node, CLIENT));
        if (node.standing() == LEADER) {
            Candidate heir = nodes.stream()
                    .filter(one -> one.votes() && one.alive())
                    .min(Comparator.comparing(Candidate::node))
                    .orElseThrow();
            nodes.remove(heir);
            nodes.add(standing(heir, LEADER));
        }
    }

    private static boolean majorityAlive(List<Candidate> nodes) {
        long voters = nodes.stream().filter(Candidate::votes).count();
        long alive = nodes.stream().filter(node -> node.votes() && node.alive()).count();
        return alive > voters / 2;
    }

    private static List<Candidate> randomCluster(Random random) {
        List<Candidate> nodes = new ArrayList<>();
        int voters = 1 + random.nextInt(7);
        int deadVoters = random.nextInt((voters + 1) / 2);
        for (int n = 0; n < voters; n++) {
            Standing standing = n == voters - 1 ? LEADER : VOTER;
            nodes.add(new Candidate("v" + n, n >= deadVoters, LONG, standing, random.nextInt(6), false));
        }
        int others = random.nextInt(9);
        for (int n = 0; n < others; n++) {
            nodes.add(new Candidate("c" + n, random.nextInt(4) > 0, LONG, CLIENT, random.nextInt(6), false));
        }
        return nodes;
    }

    private static Candidate standing(Candidate node, Standing standing) {
        return new Candidate(node.node(), node.alive(), node.since(), standing, node.departures(), node.leaving());
    }

    private static Candidate alive(String node, Standing standing) {
        return new Candidate(node, true, LONG, standing, 0, false);
    }

    private static Candidate alive(String node, Standing standing, int seconds) {
        return new Candidate(node, true, Duration.ofSeconds(seconds), standing, 0, false);
    }

    private static Candidate leaves(String node, Standing standing) {
        return new Candidate(node, true, LONG, standing, 0, true);
    }

    private static Candidate comesAndGoes(String node, Standing standing) {
        return new Candidate(node, true, LONG, standing, Roles.UNSTEADY, false);
    }

    private static Candidate dead(String node, Standing standing, int seconds) {
        return new Candidate(node, false, Duration.ofSeconds(seconds), standing, 0, false);
    }
}
