package org.raptiformica.mesh.cjdns;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.raptiformica.config.Secrets;
import org.raptiformica.failure.BadData;
import org.raptiformica.failure.MachineUnsuitable;
import org.raptiformica.failure.StepFailed;
import org.raptiformica.host.Command;
import org.raptiformica.host.Host;
import org.raptiformica.host.Input;
import org.raptiformica.host.Outcome;
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
import org.raptiformica.mesh.WantedPeer;

/**
 * cjdns on this node.
 *
 * <p>What keeps strangers out: a link needs the cluster's password, and a link that this node dials needs the right key
 * besides. There is no discovery on the local network, because that of cjdns lets in whoever hears it. The MTU is the
 * engine's own, 1304.
 */
public final class CjdnsEngine implements MeshEngine {

    private static final int NO_SUCH_PROGRAM = 127;

    /**
     * Ends the core whose process id a file tells, if it still runs: the process with that number whose command line is the
     * core's. What program it runs cannot be asked: it has given up its rights, and root in a container may not look.
     */
    private static final String END_CORE = """
            is_core() {
              told=$(tr '\\0' ' ' <"/proc/$core/cmdline") 2>/dev/null && [ "$told" = "$1 core $4 " ]
            }
            end_core() {
              core=$(cat "$3" 2>/dev/null) && [ -n "$core" ] || return 0
              tries=50
              ! is_core "$@" || kill "$core"
              while is_core "$@"; do
                [ "$tries" -gt 0 ] || kill -KILL "$core"
                tries=$((tries - 1))
                sleep 0.1
              done
              rm -f "$3"
            }
            """;

    /**
     * Runs the engine as one process to supervise: its arguments are the program, the configuration, a file for a
     * process id and the pipe. cjdroute reads the configuration from its standard input and starts a second process, the core, which
     * outlives it, keeping the port and the interface, unless it is ended too: when this script is told to end, and, if it
     * could not, when it begins again.
     */
    private static final String SUPERVISED = END_CORE + """
            end_core "$@"
            "$1" --nobg <"$2" &
            main=$!
            trap 'kill "$main"; end_core "$@"; exit 143' TERM INT HUP
            until core=$(cat "/proc/$main/task/$main/children") && [ -n "$core" ]; do
              kill -0 "$main" || break
              sleep 0.1
            done
            echo "${core%% *}" >"$3"
            wait "$main"
            status=$?
            end_core "$@"
            exit "$status"
            """;

    private final Host host;
    private final CjdnsPlaces places;
    private final InetSocketAddress adminAddress;

    /** What was dialled, by what cjdns made of it: it knows no names, and has a form of its own for addresses. */
    private final Map<String, PeerAddress> dialledAs = new ConcurrentHashMap<>();

    /** When a link was first seen up, by its other end and in nanoseconds: cjdns does not tell how old one is. */
    private final Map<String, Long> upSince = new ConcurrentHashMap<>();

    /**
     * @param host this machine
     * @param places of the engine's files on it
     */
    public CjdnsEngine(Host host, CjdnsPlaces places) {
        this.host = host;
        this.places = places;
        this.adminAddress = CjdnsConfig.ADMIN;
    }

    @Override
    public EngineKind kind() {
        return EngineKind.CJDNS;
    }

    /**
     * What the running engine can be asked beyond what all engines have in common.
     *
     * @throws BadData when there is no configuration with a password for that
     */
    public CjdnsAdmin admin() {
        CjdnsConfig config = config();
        return new CjdnsAdmin(adminAddress, config.adminPassword().orElseThrow(this::unsettled));
    }

    @Override
    public MeshIdentity ensureIdentity() {
        if (file().read().isEmpty()) {
            String generated = run(new Input.None(), "--genconf");
            String plain = run(new Input.Text(generated), "--cleanconf");
            file().write(CjdnsConfig.read(places.config(), plain).asOurs(places.pipe()));
        }
        return config().identity();
    }

    @Override
    public boolean configure(MeshSettings settings) {
        ensureIdentity();
        makeDirectory(places.pipe());
        CjdnsConfig config = config();
        if (!config.isOurs(places.pipe())) {
            file().read().ifPresent(aside()::write);
        }
        String adminPassword =
                config.adminPassword().filter(it -> it.length() >= 32).orElseGet(Secrets::fresh);
        Map<InetSocketAddress, String> peers = settings.peers().isEmpty() && config.isOurs(places.pipe())
                ? config.dialled()
                : resolved(settings.peers());
        return file().write(config.with(settings, peers, adminPassword, places.pipe()));
    }

    @Override
    public void dialAtStart(List<WantedPeer> peers) {
        Map<InetSocketAddress, String> dialled = new LinkedHashMap<>();
        peers.forEach(peer -> peer.addresses().stream()
                .flatMap(address -> CjdnsConfig.literal(address).stream())
                .findFirst()
                .ifPresent(address -> dialled.put(address, peer.publicKey())));
        CjdnsConfig config = config();
        if (config.isOurs(places.pipe()) && !config.dialled().equals(dialled)) {
            file().write(config.dialling(dialled));
        }
    }

    /**
     * Takes the configuration away, with the identity in it, and puts back what was there before this program's. One that
     * this program did not write is left alone.
     *
     * @return whether there was one of this program's
     */
    public boolean forget() {
        try {
            boolean plain = file().read().filter(CjdnsConfig::isPlain).isPresent();
            if (!plain || !config().isOurs(places.pipe())) {
                return false;
            }
            Optional<String> before = aside().read();
            before.ifPresent(file()::write);
            Files.deleteIfExists(before.isPresent() ? aside().path() : places.config());
            return true;
        } catch (BadData unreadable) {
            return false;
        } catch (IOException failure) {
            throw new StepFailed(
                    places.config().toString(),
                    "cannot be removed: " + failure,
                    "See that you are root on this machine.");
        }
    }

    /** Where a configuration of somebody else's is kept while this program's is in its place. */
    private SecretFile aside() {
        return new SecretFile(places.config().resolveSibling(places.config().getFileName() + ".before-raptiformica"));
    }

    @Override
    public List<String> command() {
        return script(SUPERVISED);
    }

    @Override
    public void endLeftovers() {
        host.run(Command.of(script(END_CORE + "end_core \"$@\"\n")).withLimit(Duration.ofSeconds(20)));
    }

    private List<String> script(String text) {
        return List.of(
                "/bin/sh",
                "-c",
                text,
                "cjdroute",
                places.binary().toString(),
                places.config().toString(),
                places.pipe().resolveSibling("cjdroute.core.pid").toString(),
                places.pipe().toString());
    }

    @Override
    public MeshStatus status() {
        try {
            int version = admin().protocolVersion();
            long links = peers().stream().filter(Peer::up).count();
            return new MeshStatus.Running("protocol " + version, config().identity(), Math.toIntExact(links));
        } catch (EngineException.NotRunning | BadData stopped) {
            return new MeshStatus.Stopped(String.valueOf(stopped.getMessage()));
        } catch (EngineException hung) {
            return new MeshStatus.Hung(String.valueOf(hung.getMessage()));
        }
    }

    @Override
    public List<Peer> peers() {
        long now = System.nanoTime();
        List<Peer> links = links();
        upSince.keySet()
                .retainAll(links.stream().filter(Peer::up).map(Peer::remote).toList());
        return links.stream().map(link -> known(link, now)).toList();
    }

    private List<Peer> links() {
        return admin().peerStats();
    }

    private Peer known(Peer link, long now) {
        String remote = Optional.ofNullable(dialledAs.get(link.remote()))
                .filter(asked -> link.publicKey().equals(Optional.of(asked.publicKey())))
                .map(PeerAddress::endpoint)
                .orElse(link.remote());
        long since = link.up() ? upSince.computeIfAbsent(link.remote(), _ -> now) : now;
        return link.known(remote, Duration.ofNanos(now - since));
    }

    @Override
    public void addPeer(PeerAddress peer) {
        List<Peer> links = links();
        boolean up = at(endpoint(peer), links)
                .filter(link -> link.up() && link.publicKey().equals(Optional.of(peer.publicKey())))
                .isPresent();
        if (!up) {
            dial(peer, links);
        }
    }

    @Override
    public void removePeer(PeerAddress peer) {
        List<Peer> links = links();
        dialled(peer, links).filter(link -> !isSpare(link, links)).ifPresent(link -> end(link, links));
    }

    /** {@inheritDoc} One that the other end dialled goes too; it is dialled again if that end wants it. */
    @Override
    public void unlink(PeerAddress peer) {
        List<Peer> links = links();
        dialled(peer, links).ifPresent(link -> end(link, links));
    }

    /** A link is ended by the node's key, and cjdns takes the first one of several with that key. */
    @Override
    public boolean tellsLinksApart() {
        return false;
    }

    @Override
    public void redial(PeerAddress peer) {
        dial(peer, links());
    }

    @Override
    public String interfaceName() {
        return config().interfaceName().orElse(MeshSettings.DEFAULT_INTERFACE);
    }

    /**
     * What is at the address goes first: cjdns keeps one link an address, and of one that another takes the place of it
     * keeps a part for ever. One that cannot be ended alone stays and is tried by cjdns itself.
     */
    private void dial(PeerAddress peer, List<Peer> links) {
        Optional<Peer> there = at(endpoint(peer), links);
        if (there.filter(link -> isSpare(link, links)).isPresent()) {
            return;
        }
        there.ifPresent(link -> end(link, links));
        String password = config().linkPassword().orElseThrow(this::unsettled);
        dialledAs.put(endpoint(peer), peer);
        admin().beginConnection(peer.publicKey(), resolved(peer), CjdnsConfig.LOGIN, password);
    }

    /** Ends all links with the node at the other end of this one. */
    private void end(Peer link, List<Peer> links) {
        CjdnsAdmin admin = admin();
        link.publicKey()
                .ifPresent(key -> links.stream()
                        .filter(other -> isSameNode(other, link))
                        .forEach(other -> {
                            admin.disconnectPeer(key);
                            upSince.remove(other.remote());
                        }));
    }

    /** Whether another link to the same node is up. */
    private static boolean isSpare(Peer link, List<Peer> links) {
        return links.stream()
                .anyMatch(other ->
                        other.up() && isSameNode(other, link) && !other.remote().equals(link.remote()));
    }

    private static boolean isSameNode(Peer one, Peer other) {
        return one.publicKey().isPresent() && one.publicKey().equals(other.publicKey());
    }

    private static Optional<Peer> dialled(PeerAddress peer, List<Peer> links) {
        return at(endpoint(peer), links)
                .filter(link -> !link.inbound() && link.publicKey().equals(Optional.of(peer.publicKey())));
    }

    private static Optional<Peer> at(String endpoint, List<Peer> links) {
        return links.stream().filter(link -> link.remote().equals(endpoint)).findFirst();
    }

    /** The address of a peer as it is in the list of links. */
    private static String endpoint(PeerAddress peer) {
        return "udp://" + CjdnsConfig.endpoint(resolved(peer));
    }

    private static Map<InetSocketAddress, String> resolved(List<PeerAddress> peers) {
        Map<InetSocketAddress, String> resolved = new LinkedHashMap<>();
        peers.forEach(peer -> resolved.put(resolved(peer), peer.publicKey()));
        return resolved;
    }

    /** cjdns looks no names up. */
    private static InetSocketAddress resolved(PeerAddress peer) {
        if (peer.transport() != Transport.UDP
                || CjdnsKey.parse(peer.publicKey()).isEmpty()) {
            throw new IllegalArgumentException("no address of a cjdns node: " + peer);
        }
        try {
            return new InetSocketAddress(InetAddress.getAllByName(peer.host())[0], peer.port());
        } catch (UnknownHostException unknown) {
            throw new StepFailed(peer.host(), "has no address", "See that the name is right and that names resolve.");
        }
    }

    private CjdnsConfig config() {
        String text = file().read()
                .orElseThrow(() -> new BadData(
                        places.config().toString(), "is not there", "Run `raptiformica mesh` on the node."));
        return CjdnsConfig.read(places.config(), CjdnsConfig.isPlain(text) ? text : plain(text));
    }

    /** What people and older programs write has comments, which the engine takes out. */
    private String plain(String text) {
        try {
            return run(new Input.Text(text), "--cleanconf");
        } catch (StepFailed unreadable) {
            throw CjdnsConfig.bad(places.config(), "is no configuration of cjdns, or is cut short");
        }
    }

    private BadData unsettled() {
        return new BadData(
                places.config().toString(), "holds keys and no settings", "Run `raptiformica mesh` on the node.");
    }

    private SecretFile file() {
        return new SecretFile(places.config());
    }

    private static void makeDirectory(Path file) {
        Path directory = file.toAbsolutePath().getParent();
        try {
            if (directory != null) {
                Files.createDirectories(directory);
            }
        } catch (IOException failure) {
            throw new StepFailed(
                    String.valueOf(directory), "cannot be made: " + failure, "See that you are root on this machine.");
        }
    }

    /** The output is not told when it fails: it may hold the private key. */
    private String run(Input input, String argument) {
        Outcome outcome = host.run(Command.of(places.binary().toString(), argument)
                .withInput(input)
                .withLimit(Duration.ofSeconds(60)));
        if (outcome.exitCode() == NO_SUCH_PROGRAM) {
            throw new MachineUnsuitable(
                    places.binary().toString(),
                    "is not there",
                    "Bring a cjdroute with `raptiformica artifact add cjdroute FILE`, or install it on the machine.");
        }
        if (!outcome.ok()) {
            throw new StepFailed(
                    places.binary().toString(),
                    "ended with exit code %d when run with %s".formatted(outcome.exitCode(), argument),
                    "See that it is a cjdroute for this platform.");
        }
        return outcome.out();
    }
}
