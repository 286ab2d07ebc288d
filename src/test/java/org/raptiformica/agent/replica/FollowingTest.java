package org.raptiformica.agent.replica;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.raptiformica.config.CacheDirectory;
import org.raptiformica.config.Change;
import org.raptiformica.config.ConfigCache;
import org.raptiformica.config.ConfigOperation;
import org.raptiformica.config.Keys;
import org.raptiformica.config.Mapping;
import org.raptiformica.config.Stamp;
import org.raptiformica.consensus.MemoryStore;
import org.raptiformica.consensus.Operations;
import org.raptiformica.consensus.SharedConfig;

/** A replica that follows a store in memory. */
class FollowingTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final MemoryStore store = new MemoryStore();
    private Duration later = Duration.ZERO;

    @SuppressWarnings("NullAway.Init")
    private Replica replica;

    @SuppressWarnings("NullAway.Init")
    private Following following;

    @BeforeEach
    void followsAStoreThatHasAConfig() {
        WholeReplica.whole(Mapping.empty()).asMap().forEach(store::put);
        Clock clock = new MovableClock(() -> NOW.plus(later));
        replica = new Replica(new ConfigCache(new CacheDirectory(directory)));
        following = new Following(new SharedConfig(store), new Operations(store, clock), replica, clock);
        following.look();
    }

    @Test
    @DisplayName("what says nothing of nodes is taken over, and told apart from what does")
    void newsAreToldApart() {
        store.put("raptiformica/a", "1");
        assertThat(following.look()).isEqualTo(Following.Found.NEWS);

        store.put(Keys.neighbour("key", "host"), "192.0.2.1");
        assertThat(following.look()).isEqualTo(Following.Found.NEWS_OF_NODES);

        assertThat(following.look()).isEqualTo(Following.Found.NOTHING_NEW);
        assertThat(replica.current().get("raptiformica/a")).contains("1");
        assertThat(replica.current().get(Keys.neighbour("key", "host"))).contains("192.0.2.1");
    }

    @Test
    @DisplayName("a secret that somebody wrote over in the store is seen with the look that finds the change")
    void anotherSecretIsSeen() {
        replica.take(replica.current().with(Keys.CONSUL_PASSWORD, "ours"));
        store.put(Keys.CONSUL_PASSWORD, "ours");
        following.look();
        assertThat(following.sameSecrets()).isTrue();

        store.put(Keys.CONSUL_PASSWORD, "theirs");
        following.look();

        assertThat(following.sameSecrets()).isFalse();
    }

    @Test
    @DisplayName("a change that waits here stays on top, and what becomes of it in the store is looked at anew")
    void aWaitingChangeIsNotMistakenForTheStores() {
        WholeReplica.change(replica, new Change.Set("raptiformica/a", "offline"));
        following.look();
        assertThat(replica.current().get("raptiformica/a")).contains("offline");

        // It arrives, and changes nothing there: the store's index stays what it was.
        replica.outbox()
                .remove(Set.of(
                        replica.outbox().content().operations().getFirst().id()));
        following.look();

        assertThat(replica.current().get("raptiformica/a")).isEmpty();
    }

    @Test
    @DisplayName("an empty store is no news")
    void anEmptyStore() {
        Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
        MemoryStore empty = new MemoryStore();
        Following other = new Following(new SharedConfig(empty), new Operations(empty, clock), replica, clock);

        assertThat(other.look()).isEqualTo(Following.Found.NO_CONFIG);
        assertThat(replica.whole()).isTrue();
    }

    @Test
    @DisplayName("a store that says the same is known to have said so, and its greatest stamp with it")
    void whatWasSeenIsRemembered() {
        Operations operations = new Operations(store, new MovableClock(() -> NOW));
        operations.apply(ofAnother(List.of(new Change.Set("raptiformica/a", "1"))));
        following.look();
        later = Duration.ofMinutes(1);
        following.look();

        assertThat(replica.asOf()).contains(NOW.plus(later));
        assertThat(replica.outbox().content().latest().author()).isEqualTo("another");
    }

    private static ConfigOperation ofAnother(List<Change> changes) {
        return new ConfigOperation("one", new Stamp(NOW.toEpochMilli(), 0, "another"), 0, changes);
    }
}
