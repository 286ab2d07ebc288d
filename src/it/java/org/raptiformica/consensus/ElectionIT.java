package org.raptiformica.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.raptiformica.consul.Operation;
import org.raptiformica.consul.RealConsul;
import org.raptiformica.consul.Transaction;

@Isolated("it measures how long a lead is believed in")
class ElectionIT {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String KEY = "raptiformica_election/test";

    @TempDir
    Path directory;

    private RealConsul consul;
    private final List<Election> elections = new ArrayList<>();
    private final List<Optional<Lead>> told = Collections.synchronizedList(new ArrayList<>());

    @BeforeEach
    void startConsul() {
        consul = RealConsul.alone(directory);
    }

    @AfterEach
    void stopConsul() {
        consul.signal("CONT");
        elections.forEach(Election::close);
        consul.close();
    }

    @Test
    void ofAllWhoTakePartOneLeads() {
        enter();
        enter();
        enter();
        awaitLead();

        assertThat(elections)
                .filteredOn(election -> election.lead().isPresent())
                .hasSize(1);
        consul.until(
                "the others have no session",
                LIMIT,
                () -> consul.client().sessions().all().size() == 1);
    }

    @Test
    void anotherLeadsAtOnceWhenTheLeaderStopsAndItsTokenIsGreater() {
        Election first = enter();
        awaitLead();
        long token = first.lead().orElseThrow().fencingToken();
        Election second = enter();

        first.close();
        Duration change =
                consul.until("the second leads", LIMIT, () -> second.lead().isPresent());
        System.out.printf("election after a leader that stopped: %d ms%n", change.toMillis());
        assertThat(first.lead()).isEmpty();
        assertThat(second.lead().orElseThrow().fencingToken()).isGreaterThan(token);
        assertThat(change).isLessThan(Duration.ofSeconds(2));
    }

    @Test
    void aLeaderThatLostItsSessionStopsAndTheStoreRefusesItsWrites() {
        Election election = enter();
        awaitLead();
        Lead lead = election.lead().orElseThrow();
        List<Operation> write = List.of(lead.guard(), new Operation.Set("acted", "1"));
        assertThat(consul.client().kv().transact(write)).isInstanceOf(Transaction.Result.Committed.class);

        consul.client().sessions().destroy(lead.session());
        assertThat(consul.client().kv().transact(write)).isInstanceOf(Transaction.Result.RolledBack.class);
        consul.until("it knows", LIMIT, () -> !election.lead().equals(Optional.of(lead)));
        consul.until(
                "it leads anew after the lock delay",
                Election.TERM.plus(LIMIT),
                () -> election.lead().isPresent());
        assertThat(election.lead().orElseThrow().fencingToken()).isGreaterThan(lead.fencingToken());
        assertThat(told)
                .extracting(Optional::isPresent)
                .as("told of beginning, end, beginning")
                .containsExactly(true, false, true);
    }

    @Test
    void aLeaderThatCannotRenewStopsBelievingWithinItsTerm() {
        Election election = enter();
        awaitLead();

        consul.signal("STOP");
        Duration believed = consul.until(
                "it stops believing",
                Election.TERM.plus(LIMIT),
                () -> election.lead().isEmpty());
        assertThat(believed).isLessThan(Election.TERM.plusMillis(200));
    }

    private Election enter() {
        Election election = Election.enter(consul.client(), KEY, "candidate " + elections.size(), told::add);
        elections.add(election);
        return election;
    }

    private void awaitLead() {
        consul.until(
                "one leads",
                LIMIT,
                () -> elections.stream().anyMatch(election -> election.lead().isPresent()));
    }
}
