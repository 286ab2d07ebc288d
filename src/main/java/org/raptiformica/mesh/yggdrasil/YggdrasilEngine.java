package org.raptiformica.mesh.yggdrasil;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.raptiformica.failure.BadData;
import org.raptiformica.failure.MachineUnsuitable;
import org.raptiformica.failure.StepFailed;
import org.raptiformica.host.Command;
import org.raptiformica.host.Host;
import org.raptiformica.host.Outcome;
import org.raptiformica.host.Waiting;
import org.raptiformica.mesh.EngineException;
import org.raptiformica.mesh.EngineKind;
import org.raptiformica.mesh.MeshEngine;
import org.raptiformica.mesh.MeshIdentity;
import org.raptiformica.mesh.MeshSettings;
import org.raptiformica.mesh.MeshStatus;
import org.raptiformica.mesh.Peer;
import org.raptiformica.mesh.PeerAddress;
import org.raptiformica.mesh.SecretFile;
import org.raptiformica.mesh.Transport;

/**
 * Yggdrasil 0.5 or newer on this node.
 *
 * <p>What keeps strangers out: a link needs the password, in both directions and on the local network too; a link that
 * this node dials needs the right key besides. Inbound links cannot be limited to keys without a restart, nor dropped at
 * all, so that a node which leaves is kept out by {@link org.raptiformica.mesh.OverlayFilter} until the password changes.
 *
 * <p>What the engine does not see by itself (0.5.12 and 0.5.14). An end that sends nothing over a lost link keeps it as
 * up, for a minute over QUIC and without end over TLS, and routes into it; once it does send, it takes three seconds. And a
 * node can have no way to another, with all links up and all questions answered, until that one sends it something: in a row
 * of three this is so each time when the node at one end has the least key of all. So each node has to send something to each
 * of the others all the time.
 *
 * <p>Where the version has it the group password is set too: then all nodes of the cluster need such a version.
 */
public final class YggdrasilEngine implements MeshEngine {

    private static final String ALREADY = "already configured";
    private static final int NO_SUCH_PROGRAM = 127;
    private static final String UNKNOWN = "not configured";

    /** How long a removed link may take to be gone: the engine may be in the middle of a handshake of 6 s. */
    private static final Duration REMOVAL = Duration.ofSeconds(8);

    private final Host host;
    private final YggdrasilPlaces places;
    private final YggdrasilAdmin admin;
    private final Set<PeerAddress> ending = ConcurrentHashMap.newKeySet();
    private final AtomicReference<Optional<Asked>> asked = new AtomicReference<>(Optional.empty());

    /** What the program told of a configuration; while neither has changed it need not be run to tell it again. */
    private record Asked(String config, FileTime program, YggdrasilVersion version, MeshIdentity identity) {}

    /**
     * @param host this machine
     * @param places of the engine's files on it
     */
    public YggdrasilEngine(Host host, YggdrasilPlaces places) {
        this.host = host;
        this.places = places;
        this.admin = new YggdrasilAdmin(places.adminSocket());
    }

    @Override
    public EngineKind kind() {
        return EngineKind.YGGDRASIL;
    }

    /** What the running engine can be asked beyond what all engines have in common. */
    public YggdrasilAdmin admin() {
        return admin;
    }

    @Override
    public MeshIdentity ensureIdentity() {
        if (file().read().isEmpty()) {
            file().write(YggdrasilConfig.onlyKey(places.config(), run("-genconf", "-json")));
        }
        return asked().identity();
    }

    private Asked asked() {
        String config = file().read().orElse("");
        FileTime program = programTime();
        return asked.get()
                .filter(it -> it.config().equals(config) && it.program().equals(program))
                .orElseGet(() -> askAnew(config, program));
    }

    private Asked askAnew(String config, FileTime program) {
        config();
        Asked answer =
                new Asked(config, program, version(), new MeshIdentity(ask("-publickey"), address(ask("-address"))));
        asked.set(Optional.of(answer));
        return answer;
    }

    private FileTime programTime() {
        try {
            return Files.getLastModifiedTime(places.binary());
        } catch (IOException absent) {
            return FileTime.fromMillis(0);
        }
    }

    @Override
    public boolean configure(MeshSettings settings) {
        checkTransports(settings.peers());
        ensureIdentity();
        makeSocketDirectory();
        return file().write(config().with(settings, places.adminSocket(), asked().version()));
    }

    @Override
    public List<String> command() {
        return List.of(
                places.binary().toString(), "-useconffile", places.config().toString());
    }

    /** It is one process: nothing is. */
    @Override
    public void endLeftovers() {}

    @Override
    public MeshStatus status() {
        return admin.health();
    }

    @Override
    public List<Peer> peers() {
        return admin.getPeers();
    }

    @Override
    public void addPeer(PeerAddress peer) {
        checkTransports(List.of(peer));
        // A link it has already is refused, and tried again at once if it is down: as promised.
        tolerating(ALREADY, () -> admin.addPeer(dialled(peer)));
    }

    @Override
    public void removePeer(PeerAddress peer) {
        boolean dialled =
                peers().stream().anyMatch(it -> !it.inbound() && it.remote().equals(peer.endpoint()));
        if (dialled) {
            tolerating(UNKNOWN, () -> admin.removePeer(peer.endpoint()));
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>The engine refuses to dial an address anew while the old link is there, which may be in the middle of a handshake
     * of 6 s, or over QUIC stay for up to a minute. Nobody waits for that here: it is dialled when the old link has ended,
     * or, where that takes too long, at the next call.
     */
    @Override
    public void redial(PeerAddress peer) {
        checkTransports(List.of(peer));
        removePeer(peer);
        if (gone(peer).isPresent()) {
            addPeer(peer);
        } else if (ending.add(peer)) {
            Thread.ofVirtual().name("redial").start(() -> addWhenGone(peer));
        }
    }

    private void addWhenGone(PeerAddress peer) {
        try {
            Waiting.until("the end of the old link to " + peer, REMOVAL, () -> gone(peer));
            addPeer(peer);
        } catch (StepFailed | EngineException | BadData | CancellationException later) {
            // Whoever wants the link sees that it is not there.
        } finally {
            ending.remove(peer);
        }
    }

    private Optional<Boolean> gone(PeerAddress peer) {
        boolean there = peers().stream().anyMatch(it -> it.remote().equals(peer.endpoint()));
        return there ? Optional.empty() : Optional.of(true);
    }

    @Override
    public String interfaceName() {
        return config().interfaceName().orElse(MeshSettings.DEFAULT_INTERFACE);
    }

    private String dialled(PeerAddress peer) {
        String password = config().password()
                .orElseThrow(() -> new BadData(
                        places.config().toString(),
                        "holds a key and no settings",
                        "Run `raptiformica mesh` on the node."));
        return YggdrasilConfig.dialled(peer, password);
    }

    private static void tolerating(String message, Runnable call) {
        try {
            call.run();
        } catch (EngineException.Refused refused) {
            if (!String.valueOf(refused.getMessage()).contains(message)) {
                throw refused;
            }
        }
    }

    private static void checkTransports(List<PeerAddress> peers) {
        for (PeerAddress peer : peers) {
            if (peer.transport() == Transport.UDP || !peer.publicKey().matches("[0-9a-f]{64}")) {
                throw new IllegalArgumentException("no address of a Yggdrasil node: " + peer);
            }
        }
    }

    private YggdrasilVersion version() {
        Optional<YggdrasilVersion> version = YggdrasilVersion.printed(run("-version"));
        return version.filter(it -> it.isAtLeast(YggdrasilVersion.FIRST))
                .orElseThrow(() -> new MachineUnsuitable(
                        places.binary().toString(),
                        "is Yggdrasil "
                                + version.map(YggdrasilVersion::toString).orElse("of an unknown version"),
                        "Give the cluster Yggdrasil 0.5 or newer: older ones do not speak to it."));
    }

    private void makeSocketDirectory() {
        Path directory = places.adminSocket().toAbsolutePath().getParent();
        try {
            if (directory != null) {
                Files.createDirectories(directory);
            }
        } catch (IOException failure) {
            throw new StepFailed(
                    String.valueOf(directory), "cannot be made: " + failure, "See that you are root on this machine.");
        }
    }

    private SecretFile file() {
        return new SecretFile(places.config());
    }

    private YggdrasilConfig config() {
        return file().read()
                .map(text -> YggdrasilConfig.read(places.config(), text))
                .orElseThrow(() -> new BadData(
                        places.config().toString(), "is not there", "Run `raptiformica mesh` on the node."));
    }

    private String ask(String question) {
        return run("-useconffile", places.config().toString(), question).strip();
    }

    /** The output is not told when it fails: it may hold the private key. */
    private String run(String... arguments) {
        List<String> words = new ArrayList<>(List.of(places.binary().toString()));
        words.addAll(List.of(arguments));
        Outcome outcome = host.run(Command.of(words).withLimit(Duration.ofSeconds(20)));
        if (outcome.exitCode() == NO_SUCH_PROGRAM) {
            throw new MachineUnsuitable(
                    places.binary().toString(),
                    "is not there",
                    "Slave the machine again: that brings it what is missing.");
        }
        if (!outcome.ok()) {
            throw new StepFailed(
                    places.binary().toString(),
                    "ended with exit code %d when run with %s".formatted(outcome.exitCode(), arguments[0]),
                    "See that it is a Yggdrasil for this platform, and that its configuration is whole: "
                            + places.config());
        }
        return outcome.out();
    }

    private static Inet6Address address(String literal) {
        if (InetAddress.ofLiteral(literal) instanceof Inet6Address address) {
            return address;
        }
        throw new EngineException.Garbled("no IPv6 address: " + literal);
    }
}
