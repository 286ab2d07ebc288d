package org.raptiformica.mesh.cjdns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.raptiformica.mesh.cjdns.CjdnsLabNode.until;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.raptiformica.failure.BadData;
import org.raptiformica.host.Command;
import org.raptiformica.host.LocalHost;
import org.raptiformica.mesh.MeshIdentity;
import org.raptiformica.mesh.MeshSettings;
import org.raptiformica.mesh.MeshStatus;
import org.raptiformica.mesh.Peer;
import org.raptiformica.mesh.PeerAddress;
import org.raptiformica.mesh.Underlay;
import org.raptiformica.mesh.Underlay.Cable;
import org.raptiformica.mesh.WantedPeer;

/** Real cjdroutes on machines that are network namespaces, joined by cables. Skipped where there is no cjdroute. */
@Timeout(180)
@Isolated("it measures silence in tenths of seconds")
class CjdnsEngineIT {

    private static final String PASSWORD = "0123456789abcdef0123456789abcdef";

    @TempDir
    Path directory;

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    @BeforeEach
    void engine() {
        assertThat(RealCjdroute.required()).isExecutable();
    }

    @AfterEach
    void closeAll() throws Exception {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
    }

    @Test
    @DisplayName("three nodes in a row reach each other, the last linked while its engine runs")
    void threeNodes() throws IOException {
        Underlay underlay = underlay("a", "b", "c");
        Cable ab = underlay.join("a", "b");
        Cable bc = underlay.join("b", "c");
        CjdnsLabNode a = node(underlay, "a").start(settings());
        CjdnsLabNode b = node(underlay, "b").start(settings(a.at(ab.addressOf("a"))));
        CjdnsLabNode c = node(underlay, "c").start(settings());
        PeerAddress toB = b.at(bc.addressOf("b"));
        c.tell(engine -> engine.addPeer(toB));
        until("both links", () -> b.linkTo(a).isPresent() && b.linkTo(c).isPresent());
        allReachAll(a, b, c);
        Peer link = b.linkTo(c).orElseThrow();
        assertThat(link.inbound()).isTrue();
        assertThat(link.address()).contains(c.identity().address());
        assertThat(b.ask(CjdnsEngine::status)).isInstanceOfSatisfying(MeshStatus.Running.class, running -> {
            assertThat(running.identity()).isEqualTo(b.identity());
            assertThat(running.links()).isEqualTo(2);
        });
        assertThat(b.<List<CjdnsAdmin.KnownNode>>ask(engine -> engine.admin().dumpTable()))
                .extracting(CjdnsAdmin.KnownNode::address)
                .contains(
                        a.identity().address(),
                        b.identity().address(),
                        c.identity().address());
        until(
                "an answer over the mesh",
                () -> a.ask(engine -> engine.admin().pingNode(b.identity().address(), Duration.ofSeconds(2)))
                        .isPresent());
    }

    @Test
    @DisplayName("a stranger with another password gets no link, and the same node with the right one does")
    void strangers() throws IOException {
        Underlay underlay = underlay("a", "s");
        Cable cable = underlay.join("a", "s");
        CjdnsLabNode a = node(underlay, "a").start(settings());
        PeerAddress toA = a.at(cable.addressOf("a"));
        CjdnsLabNode stranger =
                node(underlay, "s").start(new MeshSettings(4863, "wrongwrongwrong", List.of(toA), "rapti0", 1304));
        until("the attempt", () -> !stranger.ask(CjdnsEngine::peers).isEmpty());
        String right = PASSWORD;
        assertThat(stranger.reaches(a)).isFalse();
        assertThat(a.ask(CjdnsEngine::peers)).noneMatch(Peer::up);
        assertThat(stranger.ask(CjdnsEngine::peers)).noneMatch(Peer::up);
        stranger.tell(engine -> {
            engine.admin().disconnectPeer(toA.publicKey());
            engine.configure(new MeshSettings(4863, right, List.of(), "rapti0", 1304));
            engine.addPeer(toA);
        });
        until("the link", () -> stranger.linkTo(a).isPresent());
    }

    @Test
    @DisplayName("the identity outlives every configuration, also one that people wrote with comments")
    void identity() throws IOException {
        CjdnsLabNode a = node(underlay("a"), "a");
        Path config = directory.resolve("a/cjdroute.conf");
        String commented = new LocalHost()
                .run(Command.of(RealCjdroute.required().toString(), "--genconf"))
                .out();
        Files.writeString(config, commented);
        MeshIdentity identity = a.identity();
        assertThat(commented).contains(identity.publicKey());
        assertThat(a.<Boolean>ask(engine -> engine.configure(settings()))).isTrue();
        assertThat(a.<Boolean>ask(engine -> engine.configure(settings()))).isFalse();
        assertThat(a.identity()).isEqualTo(identity);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(config)))
                .isEqualTo("rw-------");
        Files.writeString(config, Files.readString(config).substring(0, 200));
        assertThatThrownBy(a::identity).isInstanceOf(BadData.class);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("a file of another version of cjdns starts with its keys, and is put back when this program goes")
    void configOfAnotherVersion(OtherConfig other) throws IOException {
        CjdnsLabNode a = node(underlay("a"), "a");
        Path config = directory.resolve("a/cjdroute.conf");
        MeshIdentity generated = a.identity();
        Matcher secret = Pattern.compile("\"privateKey\": *\"([0-9a-f]{64})\"").matcher(Files.readString(config));
        assertThat(secret.find()).isTrue();
        String theirs = other.text(secret.group(1), generated);
        Files.writeString(config, theirs);

        a.start(settings());

        assertThat(a.ask(CjdnsEngine::status))
                .isInstanceOfSatisfying(
                        MeshStatus.Running.class,
                        running -> assertThat(running.identity()).isEqualTo(generated));
        Path aside = directory.resolve("a/cjdroute.conf.before-raptiformica");
        assertThat(aside).hasContent(theirs);
        a.end(true);
        assertThat(a.<Boolean>ask(CjdnsEngine::forget)).isTrue();
        assertThat(config).hasContent(theirs);
        assertThat(aside).doesNotExist();
    }

    @ParameterizedTest(name = "politely: {0}")
    @ValueSource(booleans = {true, false})
    @DisplayName("an engine that is ended and started again is the same node, and no process of the old one is left")
    void endedAndStarted(boolean politely) throws IOException {
        Underlay underlay = underlay("a", "b");
        Cable cable = underlay.join("a", "b");
        CjdnsLabNode a = node(underlay, "a").start(settings());
        PeerAddress toA = a.at(cable.addressOf("a"));
        CjdnsLabNode b = node(underlay, "b").start(settings(toA));
        allReachAll(a, b);
        MeshIdentity before = a.identity();
        a.end(politely);
        if (politely) {
            until("the end of the engine", () -> a.ask(CjdnsEngine::status) instanceof MeshStatus.Stopped);
        }
        a.start();
        b.tell(engine -> engine.redial(toA));
        until("the link", () -> b.linkTo(a).isPresent());
        allReachAll(a, b);
        assertThat(a.identity()).isEqualTo(before);
    }

    @Test
    @DisplayName("a link over IPv4 that is up outlives the removal of one to the same node over IPv6 that is dead")
    void deadSpareLink() throws IOException {
        Underlay underlay = underlay("a", "b");
        Cable cable = underlay.join("a", "b");
        underlay.host("a")
                .run(Command.of("ip", "address", "add", "fd99::1/64", "dev", cable.firstInterface(), "nodad"));
        CjdnsLabNode a = node(underlay, "a").start(settings());
        CjdnsLabNode b = node(underlay, "b").start(settings());
        PeerAddress alive = b.at(cable.addressOf("b"));
        PeerAddress dead = b.at("fd99::2");
        a.tell(engine -> engine.addPeer(alive));
        until("a link and a way", () -> a.linkTo(b).isPresent() && a.reaches(b));
        a.tell(engine -> engine.addPeer(dead));
        assertThat(a.ask(CjdnsEngine::peers))
                .extracting(Peer::remote)
                .containsExactlyInAnyOrder(alive.endpoint(), dead.endpoint());

        Duration silence = a.silenceTo(b, () -> {
            a.tell(engine -> engine.removePeer(dead));
            a.tell(engine -> engine.redial(dead));
        });

        assertThat(silence).isLessThan(Duration.ofSeconds(1));
        assertThat(a.linkTo(b)).isPresent();
        a.tell(engine -> engine.unlink(alive));
        assertThat(a.ask(CjdnsEngine::peers)).isEmpty();
    }

    @Test
    @DisplayName("peers come and go while the engine runs, and no other link notices")
    void livePeers() throws IOException {
        Underlay underlay = underlay("a", "b", "c");
        Cable ab = underlay.join("a", "b");
        Cable ac = underlay.join("a", "c");
        CjdnsLabNode a = node(underlay, "a").start(settings());
        CjdnsLabNode b = node(underlay, "b").start(settings());
        CjdnsLabNode c = node(underlay, "c").start(settings());
        PeerAddress toB = b.at(ab.addressOf("b"));
        PeerAddress toC = c.at(ac.addressOf("c"));
        a.tell(engine -> engine.addPeer(toB));
        until("the first link", () -> a.linkTo(b).isPresent());
        until("a way", () -> a.reaches(b));
        Duration silence = a.silenceTo(b, () -> {
            a.tell(engine -> {
                engine.addPeer(toC);
                engine.addPeer(toC);
            });
            until(
                    "the second link",
                    () -> a.linkTo(c).isPresent() && a.linkTo(b).isPresent());
            a.tell(engine -> {
                engine.removePeer(toC);
                engine.removePeer(toC);
            });
        });
        assertThat(silence).isLessThan(Duration.ofSeconds(1));
        assertThat(a.linkTo(c)).isEmpty();
        assertThat(a.linkTo(b)).isPresent();
    }

    @Test
    @DisplayName("an engine that starts again without anybody to tell it dials whom it was to dial")
    void dialsAtStart() throws IOException {
        Underlay underlay = underlay("a", "b");
        Cable cable = underlay.join("a", "b");
        CjdnsLabNode a = node(underlay, "a").start(settings());
        CjdnsLabNode b = node(underlay, "b").start(settings());
        PeerAddress toB = b.at(cable.addressOf("b"));
        a.tell(engine -> engine.dialAtStart(List.of(new WantedPeer(toB.publicKey(), List.of(toB)))));
        assertThat(a.ask(CjdnsEngine::peers)).isEmpty();
        assertThat(a.<Boolean>ask(engine -> engine.configure(settings())))
                .as("whether it has to be restarted for that")
                .isFalse();
        a.end(true);
        until("the end of the engine", () -> a.ask(CjdnsEngine::status) instanceof MeshStatus.Stopped);
        a.start();
        until("the link", () -> a.linkTo(b).isPresent());
    }

    @Test
    @DisplayName("passwords come and go while the engine runs")
    void passwords() throws IOException {
        CjdnsLabNode a = node(underlay("a"), "a").start(settings());
        a.tell(engine -> engine.admin().addPassword("guest", "another-password"));
        assertThat(a.<List<String>>ask(engine -> engine.admin().passwords())).contains("raptiformica", "guest");
        a.tell(engine -> engine.admin().removePassword("guest"));
        assertThat(a.<List<String>>ask(engine -> engine.admin().passwords()))
                .contains("raptiformica")
                .doesNotContain("guest");
    }

    private static void allReachAll(CjdnsLabNode... nodes) {
        for (CjdnsLabNode from : nodes) {
            for (CjdnsLabNode to : nodes) {
                until("a way between all", () -> from == to || from.reaches(to));
            }
        }
    }

    private static MeshSettings settings(PeerAddress... peers) {
        return new MeshSettings(4863, PASSWORD, List.of(peers), "rapti0", 1304);
    }

    private Underlay underlay(String... machines) {
        Underlay underlay = Underlay.of(machines);
        opened.push(underlay);
        return underlay;
    }

    private CjdnsLabNode node(Underlay underlay, String name) throws IOException {
        CjdnsLabNode node = new CjdnsLabNode(underlay.host(name), Files.createDirectories(directory.resolve(name)));
        opened.push(node);
        return node;
    }
}
