package org.raptiformica.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.raptiformica.mesh.LinkPlan.Attempt;

class MeshLinksTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final PeerAddress TLS = new PeerAddress("m", Transport.TLS, "192.0.2.1", 4863);
    private static final PeerAddress QUIC = new PeerAddress("m", Transport.QUIC, "192.0.2.1", 4863);
    private static final WantedPeer M = new WantedPeer("m", List.of(TLS, QUIC));
    private static final Set<String> MEMBERS = Set.of("a", "m", "z");

    private final MeshLinks links = new MeshLinks("a", Duration.ofSeconds(8), true);

    @Test
    @DisplayName("a wanted node without a link is dialled at its preferred address")
    void dialsThePreferredAddress() {
        LinkPlan plan = links.steps(List.of(M), MEMBERS, List.of(), Map.of(), NOW);
        assertThat(plan.steps()).containsExactly(new LinkStep.Add(TLS, "no link to the node is up"));
        assertThat(plan.attempts()).containsExactly(Map.entry("m", new Attempt(TLS, NOW)));
    }

    @Test
    @DisplayName("nothing is due while a link is up that this node dialled")
    void nothingWhenOutboundIsUp() {
        assertThat(steps(List.of(up(TLS)))).isEmpty();
    }

    @Test
    @DisplayName("nothing is due while a link is up that the other end dialled")
    void nothingWhenInboundIsUp() {
        assertThat(steps(List.of(inbound("m", "tls://192.0.2.1:41456")))).isEmpty();
    }

    @Test
    @DisplayName("nothing is due while a link is up that the engines found on the local network")
    void nothingWhenDiscoveredIsUp() {
        assertThat(steps(List.of(link("m", "tls://[fe80::1%25eth0]:39711", true, false))))
                .isEmpty();
    }

    @Test
    @DisplayName("an address that does not answer keeps its turn until it is over")
    void patience() {
        Map<String, Attempt> tried = Map.of("m", new Attempt(TLS, NOW.minusSeconds(7)));
        LinkPlan plan = links.steps(List.of(M), MEMBERS, List.of(down(TLS)), tried, NOW);
        assertThat(plan.steps()).isEmpty();
        assertThat(plan.attempts()).isEqualTo(tried);
    }

    @Test
    @DisplayName("then the next address has its turn, and after the last the first again")
    void alternates() {
        String why = "no answer for 8 s";
        LinkPlan plan = links.steps(
                List.of(M), MEMBERS, List.of(down(TLS)), Map.of("m", new Attempt(TLS, NOW.minusSeconds(8))), NOW);
        assertThat(plan.steps()).containsExactly(new LinkStep.Remove(TLS, why), new LinkStep.Add(QUIC, why));
        LinkPlan later = links.steps(List.of(M), MEMBERS, List.of(down(QUIC)), plan.attempts(), NOW.plusSeconds(8));
        assertThat(later.steps()).containsExactly(new LinkStep.Remove(QUIC, why), new LinkStep.Add(TLS, why));
    }

    @Test
    @DisplayName("a node with one address is dialled anew there, rather than when the engine would")
    void redialsTheOnlyAddress() {
        WantedPeer one = new WantedPeer("m", List.of(TLS));
        Map<String, Attempt> tried = Map.of("m", new Attempt(TLS, NOW.minusSeconds(9)));
        LinkPlan plan = links.steps(List.of(one), MEMBERS, List.of(down(TLS)), tried, NOW);
        assertThat(plan.steps()).containsExactly(new LinkStep.Redial(TLS, "no answer for 8 s"));
        assertThat(plan.attempts()).containsEntry("m", new Attempt(TLS, NOW));
    }

    @Test
    @DisplayName("an engine that was restarted is told again, at the address whose turn it is")
    void tellsARestartedEngineAgain() {
        Map<String, Attempt> tried = Map.of("m", new Attempt(QUIC, NOW.minusSeconds(2)));
        assertThat(links.steps(List.of(M), MEMBERS, List.of(), tried, NOW).steps())
                .containsExactly(new LinkStep.Add(QUIC, "no link to the node is up"));
    }

    @Test
    @DisplayName("what is dialled in vain ends when another link to the node is up")
    void endsVainAttempts() {
        assertThat(steps(List.of(down(TLS), inbound("m", "tls://192.0.2.1:41456"))))
                .containsExactly(new LinkStep.Remove(TLS, "another link to the node is up"));
    }

    @Test
    @DisplayName("of two links the end with the greater key gives up the one it dialled, the other end does not")
    void oneOfTwoLinks() {
        List<Peer> both = List.of(up(TLS), inbound("m", "tls://192.0.2.1:41456"));
        assertThat(steps(both)).isEmpty();
        assertThat(new MeshLinks("z", Duration.ofSeconds(8), true)
                        .steps(List.of(M), MEMBERS, both, Map.of(), NOW)
                        .steps())
                .containsExactly(new LinkStep.Remove(TLS, "both ends dialled"));
    }

    @Test
    @DisplayName("a spare link stays where the engine could end it with the one in use only")
    void spareLinksStay() {
        MeshLinks ofCjdns = new MeshLinks("z", Duration.ofSeconds(8), false);
        List<Peer> both = List.of(down(TLS), up(QUIC), inbound("m", "tls://192.0.2.1:41456"));
        assertThat(ofCjdns.steps(List.of(M), MEMBERS, both, Map.of(), NOW).steps())
                .isEmpty();
    }

    @Test
    @DisplayName("links that this node dialled to nodes it should not are removed, up or down")
    void removesUnwanted() {
        PeerAddress old = new PeerAddress("old", Transport.TLS, "192.0.2.9", 4863);
        PeerAddress older = new PeerAddress("", Transport.QUIC, "2001:db8::9", 4863);
        List<Peer> found = List.of(up(TLS), up(old), down(older));
        assertThat(steps(found)).extracting(LinkStep::peer).containsExactlyInAnyOrder(old, older);
    }

    @Test
    @DisplayName("links dialled by nodes that are no members are told, and nothing is asked of the engine about them")
    void tellsStrangers() {
        Peer stranger = inbound("stranger", "tls://192.0.2.66:5000");
        Peer member = inbound("z", "tls://192.0.2.67:5000");
        LinkPlan plan = links.steps(List.of(M), MEMBERS, List.of(up(TLS), stranger, member), Map.of(), NOW);
        assertThat(plan.steps()).isEmpty();
        assertThat(plan.strangers()).containsExactly(stranger);
    }

    @Test
    @DisplayName("a node without addresses is waited for, and this node is not dialled")
    void waitsForOthersToDial() {
        List<WantedPeer> wanted = List.of(
                new WantedPeer("m", List.of()),
                new WantedPeer("a", List.of(new PeerAddress("a", Transport.TLS, "192.0.2.5", 4863))));
        LinkPlan plan = links.steps(wanted, MEMBERS, List.of(), Map.of(), NOW);
        assertThat(plan.steps()).isEmpty();
    }

    @Test
    @DisplayName("the steps lead there: taken on what they change, they end with nothing due")
    void converges() {
        WantedPeer z = new WantedPeer("z", List.of(new PeerAddress("z", Transport.QUIC, "2001:db8::7", 4863)));
        List<WantedPeer> wanted = List.of(M, z);
        LinkPlan plan =
                links.steps(wanted, MEMBERS, List.of(up(new PeerAddress("old", Transport.TLS, "h", 1))), Map.of(), NOW);
        assertThat(plan.steps()).hasSize(3);
        List<Peer> after = plan.steps().stream()
                .filter(LinkStep.Add.class::isInstance)
                .map(step -> up(step.peer()))
                .toList();
        assertThat(links.steps(wanted, MEMBERS, after, plan.attempts(), NOW.plusSeconds(1)))
                .isEqualTo(new LinkPlan(List.of(), Map.of(), List.of()));
    }

    private List<LinkStep> steps(List<Peer> found) {
        return links.steps(List.of(M), MEMBERS, found, Map.of(), NOW).steps();
    }

    @Test
    @DisplayName("an address that the engine says leads nowhere loses its turn at once, but for the last one")
    void goesOnWhenTheEngineSaysSo() {
        Map<String, Attempt> first = Map.of("m", new Attempt(TLS, NOW.minusSeconds(1)));
        LinkPlan plan = links.steps(List.of(M), MEMBERS, List.of(failed(TLS)), first, NOW);
        assertThat(plan.steps())
                .containsExactly(
                        new LinkStep.Remove(TLS, "no link at the last address"),
                        new LinkStep.Add(QUIC, "no link at the last address"));
        Map<String, Attempt> last = Map.of("m", new Attempt(QUIC, NOW.minusSeconds(1)));
        assertThat(links.steps(List.of(M), MEMBERS, List.of(failed(QUIC)), last, NOW)
                        .steps())
                .isEmpty();
    }

    private static Peer failed(PeerAddress address) {
        return new Peer(
                Optional.empty(),
                Optional.empty(),
                address.endpoint(),
                false,
                false,
                Optional.empty(),
                Duration.ZERO,
                Optional.of("connection refused"));
    }

    private static Peer up(PeerAddress address) {
        return link(address.publicKey(), address.endpoint(), true, false);
    }

    /** The engine does not tell the key of a link that is down. */
    private static Peer down(PeerAddress address) {
        return link("", address.endpoint(), false, false);
    }

    private static Peer inbound(String key, String remote) {
        return link(key, remote, true, true);
    }

    private static Peer link(String key, String remote, boolean up, boolean inbound) {
        return new Peer(
                Optional.of(key).filter(text -> !text.isEmpty()),
                Optional.empty(),
                remote,
                up,
                inbound,
                Optional.empty(),
                Duration.ZERO,
                Optional.empty());
    }
}
