package org.raptiformica.agent.lan;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.raptiformica.agent.node.NodeRecord;
import org.raptiformica.agent.replica.WholeReplica;
import org.raptiformica.config.Mapping;
import org.raptiformica.consensus.ConsulRole;
import org.raptiformica.failure.BadData;
import org.raptiformica.host.OwnAddresses;

class KnownCallersTest {

    private static final String SELF = "a".repeat(64);
    private static final String OTHER = "b".repeat(64);
    private static final Mapping CONFIG = WholeReplica.node(OTHER, "200::b")
            .writtenTo(WholeReplica.node(SELF, "200::a").writtenTo(Mapping.empty()));
    private static final OwnAddresses OWN = new OwnAddresses(
            List.of("10.77.0.1"),
            Set.of("10.77.0.1"),
            Set.of(
                    new OwnAddresses.Network(InetAddress.ofLiteral("10.77.0.1"), 24),
                    new OwnAddresses.Network(InetAddress.ofLiteral("2001:db8::1"), 64)));

    private final HeardCalls heard = new HeardCalls(() -> Instant.EPOCH);
    private final List<String> news = new ArrayList<>();
    private Optional<NodeRecord> record = Optional.of(new NodeRecord(SELF, ConsulRole.CLIENT));
    private final KnownCallers callers =
            new KnownCallers(() -> record, () -> CONFIG, () -> OWN, heard, () -> news.add("news"));

    private void called(String key, String source) {
        callers.called(new Call(key, 4863), InetAddress.ofLiteral(source));
    }

    @Test
    @DisplayName("a node of the cluster is remembered at the address that its call came from")
    void known() {
        called(OTHER, "10.77.0.2");
        called(OTHER, "2001:db8::2");
        called(OTHER, "10.77.0.2");
        assertThat(heard.places())
                .isEqualTo(Map.of(
                        OTHER, List.of(new HeardAt("2001:db8:0:0:0:0:0:2", 4863), new HeardAt("10.77.0.2", 4863))));
        assertThat(news).as("what is remembered already is none").hasSize(2);
    }

    @Test
    @DisplayName("strangers, this node itself and calls from elsewhere are passed over")
    void unknown() {
        called("c".repeat(64), "10.77.0.2");
        called(SELF, "10.77.0.2");
        called(OTHER, "10.78.0.2");
        called(OTHER, "198.51.100.7");
        called(OTHER, "fe80::2");
        assertThat(heard.places()).isEmpty();
        assertThat(news).isEmpty();
    }

    @Test
    @DisplayName("a machine that is no node, or cannot say what it is, remembers nobody")
    void noNode() {
        record = Optional.empty();
        called(OTHER, "10.77.0.2");
        KnownCallers unreadable = new KnownCallers(
                () -> {
                    throw new BadData("node.json", "it is broken", "Mend it.");
                },
                () -> CONFIG,
                () -> OWN,
                heard,
                () -> news.add("news"));
        unreadable.called(new Call(OTHER, 4863), InetAddress.ofLiteral("10.77.0.2"));
        assertThat(heard.places()).isEmpty();
    }
}
