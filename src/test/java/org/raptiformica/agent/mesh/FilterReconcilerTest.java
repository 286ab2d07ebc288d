package org.raptiformica.agent.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.raptiformica.config.Keys;
import org.raptiformica.config.Mapping;
import org.raptiformica.consensus.Announcement;
import org.raptiformica.consensus.ConsulRole;

class FilterReconcilerTest {

    private static final InetAddress SELF = InetAddress.ofLiteral("200:1::1");
    private static final InetAddress NEW = InetAddress.ofLiteral("200:2::2");
    private static final Mapping CONFIG =
            Mapping.empty().with(Keys.neighbour("aa11", "cjdns_ipv6_address"), SELF.getHostAddress());

    private static Set<InetAddress> letIn(ConsulRole role, InetAddress... announced) {
        Optional<Announcement> news =
                announced.length == 0 ? Optional.empty() : Optional.of(new Announcement(7, Set.of(announced)));
        return FilterReconciler.members(CONFIG, news, role, SELF).stream().collect(Collectors.toSet());
    }

    @Test
    void letsInWhomTheSharedConfigNamesAndNobodyElse() {
        assertThat(letIn(ConsulRole.CLIENT)).containsExactly(SELF);
    }

    @Test
    void aClientAgentLetsInTheServersThatItHeardOf() {
        assertThat(letIn(ConsulRole.CLIENT, NEW)).containsExactlyInAnyOrder(SELF, NEW);
    }

    @Test
    @DisplayName("a server that is one still lets in those it is to hear, one that is none any more does not")
    void aServerThatIsNoneAnyMoreLetsNobodyElseIn() {
        assertThat(letIn(ConsulRole.SERVER, NEW, SELF)).containsExactlyInAnyOrder(SELF, NEW);
        assertThat(letIn(ConsulRole.SERVER, NEW)).containsExactly(SELF);
    }
}
