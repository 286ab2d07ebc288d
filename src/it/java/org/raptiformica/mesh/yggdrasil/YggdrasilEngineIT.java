package org.raptiformica.mesh.yggdrasil;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.raptiformica.mesh.yggdrasil.LabNode.until;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.raptiformica.failure.BadData;
import org.raptiformica.failure.MachineUnsuitable;
import org.raptiformica.host.LocalHost;
import org.raptiformica.mesh.LinkStep;
import org.raptiformica.mesh.MeshIdentity;
import org.raptiformica.mesh.MeshLinks;
import org.raptiformica.mesh.MeshSettings;
import org.raptiformica.mesh.MeshStatus;
import org.raptiformica.mesh.OverlayFilter;
import org.raptiformica.mesh.Peer;
import org.raptiformica.mesh.PeerAddress;
import org.raptiformica.mesh.Transport;
import org.raptiformica.mesh.Underlay;
import org.raptiformica.mesh.Underlay.Cable;
import org.raptiformica.mesh.WantedPeer;

/** Real engines on machines that are network namespaces, joined by cables. */
@Timeout(120)
@Isolated("it measures how soon links are back")
class YggdrasilEngineIT {

    private static final String PASSWORD = "0123456789abcdef0123456789abcdef";

    @TempDir
    Path directory;

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    /** What the engines say when a test fails: it may be one that hangs. */
    @RegisterExtension
    final TestExecutionExceptionHandler failure = (test, thrown) -> {
        opened.stream()
                .filter(LabNode.class::isInstance)
                .map(LabNode.class::cast)
                .forEach(node -> thrown.addSuppressed(new AssertionError(node.described())));
        throw thrown;
    };

    @AfterEach
    void closeAll() throws Exception {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
    }

    @Test
    @DisplayName("three nodes in a row reach each other, and each tells its links with keys and addresses")
    void threeNodes() throws IOException {
        Underlay underlay = underlay("a", "b", "c");
        Cable ab = underlay.join("a", "b");
        Cable bc = underlay.join("b", "c");
        LabNode a = node(underlay, "a").start(settings());
        LabNode b = node(underlay, "b").start(settings(a.at(Transport.TLS, ab.addressOf("a"))));
        LabNode c = node(underlay, "c").start(settings(b.at(Transport.QUIC, bc.addressOf("b"))));
        allReachAll(a, b, c);
        Peer link = a.linkTo(b).orElseThrow();
        assertThat(link.inbound()).isTrue();
        assertThat(link.address()).contains(b.identity().address());
        assertThat(link.roundTrip()).isPresent();
        assertThat(b.engine().status()).isInstanceOfSatisfying(MeshStatus.Running.class, running -> {
            assertThat(running.identity()).isEqualTo(b.identity());
            assertThat(running.links()).isEqualTo(2);
        });
        assertThat(b.engine().admin().getTree()).hasSize(3);
        assertThat(a.engine().admin().getSessions()).isNotEmpty();
        assertThat(a.engine().admin().getPaths()).isNotEmpty();
    }

    @ParameterizedTest(name = "over {0} with {1}")
    @CsvSource({"TLS, wrongwrongwrong", "QUIC, wrongwrongwrong", "TLS,", "QUIC,"})
    @DisplayName("a stranger with a wrong password, or with none, gets no link")
    void strangers(Transport transport, @Nullable String password) throws IOException {
        Underlay underlay = underlay("a", "s");
        Cable cable = underlay.join("a", "s");
        LabNode a = node(underlay, "a").start(settings());
        LabNode stranger = node(underlay, "s")
                .start(new MeshSettings(4863, password == null ? "anything" : password, List.of(), "rapti0", 65_535));
        PeerAddress address = a.at(transport, cable.addressOf("a"));
        String uri = address.endpoint() + (password == null ? "" : "?password=" + password);
        stranger.engine().admin().addPeer(uri);
        until(
                "the refusal",
                () -> stranger.engine().peers().stream()
                        .anyMatch(peer -> peer.lastError().isPresent()));
        assertThat(stranger.linkTo(a)).isEmpty();
        assertThat(a.engine().peers()).noneMatch(Peer::up);
        assertThat(stranger.reaches(a)).isFalse();
    }

    @Test
    @DisplayName("a node is not linked with at an address where someone else answers")
    void pinnedKey() throws IOException {
        Underlay underlay = underlay("a", "b");
        Cable cable = underlay.join("a", "b");
        LabNode a = node(underlay, "a").start(settings());
        LabNode b = node(underlay, "b").start(settings());
        PeerAddress wrong = new PeerAddress("ab".repeat(32), Transport.TLS, cable.addressOf("b"), 4863);
        a.engine().addPeer(wrong);
        until(
                "the refusal",
                () -> a.engine().peers().stream()
                        .anyMatch(peer -> peer.lastError().orElse("").contains("pinned")));
        assertThat(a.linkTo(b)).isEmpty();
        a.engine().redial(b.at(Transport.TLS, cable.addressOf("b")));
        until("the link with the right key", () -> a.linkTo(b).isPresent());
    }

    @Test
    @DisplayName("the identity outlives every configuration, which only its owner may read")
    void identity() throws IOException {
        LabNode a = node(underlay("a"), "a");
        MeshIdentity identity = a.identity();
        assertThat(identity.publicKey()).matches("[0-9a-f]{64}");
        assertThat(a.engine().configure(settings())).isTrue();
        assertThat(a.engine().configure(settings())).isFalse();
        assertThat(a.engine().configure(new MeshSettings(4864, PASSWORD, List.of(), "rapti1", 1280)))
                .isTrue();
        assertThat(a.engine().interfaceName()).isEqualTo("rapti1");
        assertThat(a.identity()).isEqualTo(identity);
        Path config = directory.resolve("a/etc/raptiformica/yggdrasil.conf");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(config)))
                .isEqualTo("rw-------");
        Files.writeString(config, Files.readString(config).substring(0, 100));
        assertThatThrownBy(() -> a.engine().configure(settings())).isInstanceOf(BadData.class);
    }

    @Test
    @DisplayName("a program that is not there is said to be missing")
    void missingProgram() {
        YggdrasilEngine engine = new YggdrasilEngine(
                new LocalHost(),
                new YggdrasilPlaces(directory.resolve("no"), directory.resolve("c"), directory.resolve("s")));
        assertThatThrownBy(engine::ensureIdentity)
                .isInstanceOf(MachineUnsuitable.class)
                .hasMessage("is not there");
    }

    @Test
    @DisplayName(
            "when a cable is taken out traffic goes another way, and a link comes back when it is put in and dialled anew")
    void anotherWay() throws IOException {
        Underlay underlay = underlay("a", "b", "c");
        Cable ab = underlay.join("a", "b");
        Cable bc = underlay.join("b", "c");
        Cable ca = underlay.join("c", "a");
        LabNode a = node(underlay, "a").start(settings());
        LabNode b = node(underlay, "b").start(settings(a.at(Transport.TLS, ab.addressOf("a"))));
        LabNode c = node(underlay, "c")
                .start(settings(b.at(Transport.TLS, bc.addressOf("b")), a.at(Transport.TLS, ca.addressOf("a"))));
        allReachAll(a, b, c);
        underlay.connected(ab, false);
        // An end that sends nothing over a lost link does not notice: both have to.
        until("the way over the third node", () -> reachEachOther(a, b));
        underlay.connected(ab, true);
        Instant redialled = Instant.now();
        b.engine().redial(a.at(Transport.TLS, ab.addressOf("a")));
        until(
                "the new link",
                () -> b.linkTo(a)
                        .filter(link -> link.age().compareTo(Duration.between(redialled, Instant.now())) <= 0)
                        .isPresent());
    }

    @Test
    @DisplayName("peers come and go while the engine runs, and no other link notices")
    void livePeers() throws IOException {
        Underlay underlay = underlay("a", "b", "c");
        Cable ab = underlay.join("a", "b");
        Cable ac = underlay.join("a", "c");
        LabNode a = node(underlay, "a").start(settings());
        LabNode b = node(underlay, "b").start(settings());
        LabNode c = node(underlay, "c").start(settings());
        a.engine().addPeer(b.at(Transport.TLS, ab.addressOf("b")));
        until("the first link", () -> a.linkTo(b).isPresent());
        Instant up = Instant.now().minus(a.linkTo(b).orElseThrow().age());
        PeerAddress second = c.at(Transport.TLS, ac.addressOf("c"));
        a.engine().addPeer(second);
        a.engine().addPeer(second);
        until("the second link", () -> a.linkTo(c).isPresent());
        allReachAll(a, b, c);
        a.engine().removePeer(second);
        a.engine().removePeer(second);
        until(
                "the end of the second link",
                () -> a.linksTo(c).isEmpty() && c.linksTo(a).isEmpty());
        assertThat(Instant.now().minus(a.linkTo(b).orElseThrow().age()))
                .isBetween(up.minusSeconds(1), up.plusSeconds(1));
    }

    @Test
    @DisplayName(
            "a link that the other end dialled is not touched: asking the engine to remove it would end the engine")
    void inboundLinksStay() throws IOException {
        Underlay underlay = underlay("a", "b");
        Cable cable = underlay.join("a", "b");
        LabNode a = node(underlay, "a").start(settings());
        LabNode b = node(underlay, "b").start(settings(a.at(Transport.TLS, cable.addressOf("a"))));
        until("the link", () -> a.linkTo(b).isPresent());
        String remote = a.linkTo(b).orElseThrow().remote();
        a.engine()
                .removePeer(PeerAddress.parse(b.identity().publicKey(), remote).orElseThrow());
        assertThat(a.linkTo(b)).isPresent();
    }

    @Test
    @DisplayName("an engine that is killed and started again is the same node, and back at once when dialled anew")
    void killedAndStarted() throws Exception {
        Underlay underlay = underlay("a", "b");
        Cable cable = underlay.join("a", "b");
        LabNode a = node(underlay, "a").start(settings());
        PeerAddress addressOfA = a.at(Transport.TLS, cable.addressOf("a"));
        LabNode b = node(underlay, "b").start(settings(addressOfA));
        allReachAll(a, b);
        MeshIdentity before = a.identity();
        a.kill();
        assertThat(a.engine().status()).isInstanceOf(MeshStatus.Stopped.class);
        until("the loss to be seen", () -> b.linkTo(a).isEmpty());
        a.start();
        b.engine().redial(addressOfA);
        Instant redialled = Instant.now();
        until("the link", () -> b.linkTo(a).isPresent());
        assertThat(Duration.between(redialled, Instant.now())).isLessThan(Duration.ofSeconds(3));
        assertThat(a.identity()).isEqualTo(before);
        allReachAll(a, b);
    }

    @Test
    @DisplayName("an engine that does not answer is hung, not stopped")
    void hung() throws IOException {
        LabNode a = node(underlay("a"), "a").start(settings());
        a.signal("STOP");
        assertThat(a.engine().status()).isInstanceOf(MeshStatus.Hung.class);
        a.signal("CONT");
        assertThat(a.engine().status()).isInstanceOf(MeshStatus.Running.class);
    }

    @Test
    @DisplayName("a link over a path with an MTU of 1280 carries the large packets of the mesh")
    void narrowPath() throws IOException {
        Underlay underlay = underlay("a", "b");
        Cable cable = underlay.join("a", "b");
        underlay.mtu(cable, 1280);
        LabNode a = node(underlay, "a").start(settings());
        LabNode b = node(underlay, "b").start(settings(a.at(Transport.TLS, cable.addressOf("a"))));
        allReachAll(a, b);
    }

    @Test
    @DisplayName("when both ends dial each other the planned steps leave one link, and nothing more to do")
    void bothDial() throws IOException {
        Underlay underlay = underlay("a", "b");
        Cable cable = underlay.join("a", "b");
        LabNode a = node(underlay, "a").start(settings());
        LabNode b = node(underlay, "b").start(settings());
        PeerAddress toA = a.at(Transport.TLS, cable.addressOf("a"));
        PeerAddress toB = b.at(Transport.TLS, cable.addressOf("b"));
        a.engine().addPeer(toB);
        b.engine().addPeer(toA);
        until("both links", () -> a.linksTo(b).size() == 2 && b.linksTo(a).size() == 2);
        for (int round = 0; round < 2; round++) {
            due(a, toB).forEach(step -> step.take(a.engine()));
            due(b, toA).forEach(step -> step.take(b.engine()));
        }
        until("one link", () -> a.linksTo(b).size() == 1 && b.linksTo(a).size() == 1);
        assertThat(due(a, toB)).isEmpty();
        assertThat(due(b, toA)).isEmpty();
        allReachAll(a, b);
    }

    @Test
    @DisplayName(
            "the filter lets members in and nobody else, whichever packet filter there is, and goes without a trace")
    void filter() throws IOException {
        Underlay underlay = underlay("a", "b", "c");
        Cable ab = underlay.join("a", "b");
        Cable ac = underlay.join("a", "c");
        LabNode a = node(underlay, "a").start(settings());
        LabNode b = node(underlay, "b").start(settings(a.at(Transport.TLS, ab.addressOf("a"))));
        LabNode c = node(underlay, "c").start(settings(a.at(Transport.TLS, ac.addressOf("a"))));
        allReachAll(a, b, c);
        for (FilteredHost host :
                List.of(FilteredHost.all(a.host()), FilteredHost.without(a.host(), directory, "nft"))) {
            OverlayFilter filter = new OverlayFilter(host, "rapti0");
            assertThat(filter.apply(Set.of(a.identity().address(), b.identity().address())))
                    .isInstanceOf(OverlayFilter.State.Active.class);
            assertThat(b.reaches(a)).isTrue();
            assertThat(c.reaches(a)).isFalse();
            filter.apply(Set.of(c.identity().address()));
            assertThat(b.reaches(a)).isFalse();
            assertThat(c.reaches(a)).isTrue();
            filter.remove();
            assertThat(b.reaches(a)).isTrue();
            assertThat(host.rules()).doesNotContainIgnoringCase("raptiformica");
        }
        FilteredHost bare = FilteredHost.without(a.host(), directory, "nft", "ip6tables", "ip6tables-restore");
        assertThat(new OverlayFilter(bare, "rapti0").apply(Set.of())).isEqualTo(new OverlayFilter.State.NoTool());
    }

    private static List<LinkStep> due(LabNode node, PeerAddress wanted) {
        return new MeshLinks(node.identity().publicKey(), Duration.ofSeconds(8), true)
                .steps(
                        List.of(new WantedPeer(wanted.publicKey(), List.of(wanted))),
                        Set.of(wanted.publicKey()),
                        node.engine().peers(),
                        Map.of(),
                        Instant.now())
                .steps();
    }

    private static void allReachAll(LabNode... nodes) {
        for (LabNode from : nodes) {
            Stream.of(nodes)
                    .filter(to -> to != from)
                    .forEach(to -> until("a way between all", () -> reachEachOther(from, to)));
        }
    }

    /** Both send, whatever the other gets: Yggdrasil may need a packet of either end before it has a way for any. */
    private static boolean reachEachOther(LabNode one, LabNode other) {
        boolean there = one.reaches(other);
        boolean back = other.reaches(one);
        return there && back;
    }

    private static MeshSettings settings(PeerAddress... peers) {
        return new MeshSettings(4863, PASSWORD, List.of(peers), "rapti0", MeshSettings.DEFAULT_MTU);
    }

    private Underlay underlay(String... machines) {
        Underlay underlay = Underlay.of(machines);
        opened.push(underlay);
        return underlay;
    }

    private LabNode node(Underlay underlay, String name) throws IOException {
        LabNode node = new LabNode(underlay.host(name), Files.createDirectories(directory.resolve(name)));
        opened.push(node);
        return node;
    }
}
