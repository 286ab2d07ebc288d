package org.raptiformica.cluster.gateway;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.raptiformica.config.Neighbour;
import org.raptiformica.failure.BadData;
import org.raptiformica.failure.MachineUnreachable;
import org.raptiformica.host.KnownHosts;
import org.raptiformica.host.MachineAddress;
import org.raptiformica.host.Route;
import org.raptiformica.host.SshHost;
import org.raptiformica.host.SshSettings;

/**
 * The SSH connections of one command: one a machine, opened at first use, closed together at the end. A jump host's is
 * shared by all that is behind it. Thread-safe; a slow machine does not delay the others.
 */
public final class Connections implements AutoCloseable {

    private static final Duration TIDYING = Duration.ofSeconds(5);

    private final Supplier<SshSettings> settings;
    private final KnownHosts knownHosts;
    private final LoginKeyFiles keyFiles;
    private final Map<Place, FutureTask<SshHost>> open = new ConcurrentHashMap<>();
    private final ConcurrentLinkedDeque<SshHost> toClose = new ConcurrentLinkedDeque<>();
    private final ReadWriteLock connecting = new ReentrantReadWriteLock();
    private volatile boolean closed;

    /** An address, and who has to be there: the same address is another machine's in another network. */
    private record Place(MachineAddress machine, Optional<String> keyName) {

        static Place of(Route route) {
            return new Place(route.machine(), route.keyName());
        }
    }

    /**
     * Connections that log in as the settings say, with the keys that this client was told to use for some machines.
     *
     * @param settings asked for at the first connection: to find the keys takes longer than a node takes to answer itself
     */
    public Connections(Supplier<SshSettings> settings, KnownHosts knownHosts, LoginKeyFiles keyFiles) {
        this.settings = settings;
        this.keyFiles = keyFiles;
        this.knownHosts = knownHosts;
    }

    /** The connection to a machine; throws {@link MachineUnreachable} where there is none. */
    public SshHost to(MachineAddress machine) {
        return to(Route.to(machine));
    }

    /**
     * The connection to a machine that may be behind jump hosts.
     *
     * @throws MachineUnreachable where there is none; it names the jump host where it is that one's fault
     */
    public SshHost to(Route route) {
        return to(route, UnaryOperator.identity());
    }

    /**
     * The first connection to an instance that this client has booted, perhaps at an address that another had before.
     *
     * @throws MachineUnreachable where there is none
     */
    public SshHost toNewInstance(Route route) {
        return to(route, SshSettings::forNewInstance);
    }

    private SshHost to(Route route, UnaryOperator<SshSettings> as) {
        while (true) {
            FutureTask<SshHost> fresh = new FutureTask<>(() -> connect(withKeys(route), as));
            FutureTask<SshHost> earlier = open.putIfAbsent(Place.of(route), fresh);
            if (earlier == null) {
                fresh.run();
                return result(route, fresh);
            }
            try {
                return result(route, earlier);
            } catch (CancellationException cancelled) {
                if (Thread.currentThread().isInterrupted()) {
                    throw cancelled;
                }
                // It was the other thread that was told to stop.
            }
        }
    }

    private SshHost result(Route route, FutureTask<SshHost> connecting) {
        try {
            return connecting.get();
        } catch (ExecutionException e) {
            open.remove(Place.of(route), connecting);
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while connecting to " + route.machine());
        }
    }

    private SshHost connect(Route route, UnaryOperator<SshSettings> as) {
        // Not lock(): a login must not wait for the end of the command, which waits for logins.
        if (closed || !connecting.readLock().tryLock()) {
            throw tooLate(route);
        }
        try {
            SshHost host = logIn(route, as);
            if (closed && toClose.remove(host)) {
                host.close();
                throw tooLate(route);
            }
            return host;
        } finally {
            connecting.readLock().unlock();
        }
    }

    private static CancellationException tooLate(Route route) {
        return new CancellationException("the command is over: " + route.machine());
    }

    private SshHost logIn(Route route, UnaryOperator<SshSettings> as) {
        Optional<SshHost> hop = route.via().map(via -> jumpHost(route, via));
        SshHost host = SshHost.connect(as.apply(settings.get()), route, hop);
        toClose.push(host);
        return host;
    }

    private SshHost jumpHost(Route route, Route via) {
        try {
            return to(via);
        } catch (MachineUnreachable unreachable) {
            throw new MachineUnreachable(
                    route.machine().toString(),
                    "its jump host %s cannot be logged in to: %s".formatted(via.machine(), unreachable.what()),
                    unreachable.remedy());
        }
    }

    private Route withKeys(Route route) {
        return new Route(
                route.machine(),
                route.identity().or(() -> keyFiles.of(route.machine())),
                route.via().map(this::withKeys),
                route.keyName());
    }

    /** The connection to a node whose host key other clients may have recorded in the shared config already. */
    public SshHost to(Neighbour node) {
        trust(node);
        return to(routeTo(node));
    }

    /** Believes the shared config about the host key of a node that this client has not met yet. */
    void trust(Neighbour node) {
        MachineAddress machine = Gateway.addressOf(node);
        node.sshHostKey()
                .filter(_ -> knownHosts.keyOf(machine).isEmpty())
                .ifPresent(key -> knownHosts.record(machine, key));
    }

    /** The way to a node that has a host, as this client goes it. */
    public Route routeTo(Neighbour node) {
        MachineAddress machine = Gateway.addressOf(node);
        return withKeys(node.via()
                .map(jumps -> Route.through(Route.jumpsFrom(jumps), machine))
                .orElseGet(() -> Route.to(machine)));
    }

    /**
     * The ways to a node beside the one of its host, if it is known which host key it has to show: an address of a local
     * network is another machine's where that network is not ours.
     */
    public List<Route> besides(Neighbour node) {
        if (hostKeyOf(node).isEmpty()) {
            return List.of();
        }
        return node.addresses().stream()
                .flatMap(Connections::withoutPort)
                .filter(host -> !node.host().equals(Optional.of(host)))
                .flatMap(host -> Stream.of(node.sshPort(), MachineAddress.SSH_PORT)
                        .distinct()
                        .map(port -> new MachineAddress(host, port, MachineAddress.ROOT)))
                .distinct()
                .map(machine -> pinned(node, machine, Optional.empty()))
                .toList();
    }

    /** The port that an address may have is that of the mesh engine; what is no address leads nowhere. */
    private static Stream<String> withoutPort(String address) {
        try {
            return Stream.of(MachineAddress.parse(address).host());
        } catch (BadData mistake) {
            return Stream.empty();
        }
    }

    /** A way to a machine that has to show the node's host key, and is offered the key that the node is. */
    public Route pinned(Neighbour node, MachineAddress machine, Optional<Route> via) {
        MachineAddress name = MachineAddress.of(node.meshAddress());
        hostKeyOf(node)
                .filter(key -> !knownHosts.keyOf(name).equals(Optional.of(key)))
                .ifPresent(key -> knownHosts.record(name, key));
        Optional<Path> identity = node.host().flatMap(_ -> keyFiles.of(Gateway.addressOf(node)));
        return new Route(machine, identity, via, Optional.of(node.meshAddress()));
    }

    private Optional<String> hostKeyOf(Neighbour node) {
        return node.host()
                .flatMap(_ -> knownHosts.keyOf(Gateway.addressOf(node)))
                .or(node::sshHostKey);
    }

    /** The key that the machine showed at first contact. */
    public Optional<String> hostKeyOf(MachineAddress machine) {
        return knownHosts.keyOf(machine);
    }

    /** How to log in, for people. */
    public SshSettings settings() {
        return settings.get();
    }

    /**
     * What is behind a jump host is closed before the jump host's. Logins that were interrupted, because another machine
     * answered first, are waited for: the JVM must not end before they have tidied up.
     */
    @Override
    public void close() {
        closed = true;
        awaitLogins();
        for (SshHost host = toClose.poll(); host != null; host = toClose.poll()) {
            host.close();
        }
        open.clear();
    }

    private void awaitLogins() {
        boolean interrupted = Thread.interrupted();
        try {
            if (connecting.writeLock().tryLock(TIDYING.toMillis(), TimeUnit.MILLISECONDS)) {
                connecting.writeLock().unlock();
            }
        } catch (InterruptedException again) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
