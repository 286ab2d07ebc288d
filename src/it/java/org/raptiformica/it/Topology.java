package org.raptiformica.it;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.raptiformica.mesh.EngineKind;

/**
 * Machines and the paths between them: containers on networks that see each other only where a router stands between
 * them. No network has a way out, and nothing of the test's own machine forwards between them.
 *
 * <p>All machines have one key pair and let it in, so that SSH is never what keeps one from another.
 */
final class Topology implements AutoCloseable {

    private final Path key;
    private final EngineKind mesh;
    private final Deque<Runnable> undone = new ArrayDeque<>();

    /** Keeps the key pair in the given directory. */
    Topology(Path directory) {
        this(directory, MeshSwitch.engine());
    }

    /** The same, of machines that make clusters with this engine, whatever the switch says. */
    Topology(Path directory, EngineKind mesh) {
        this.mesh = mesh;
        this.key = directory.resolve("id_ed25519");
        Local.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key.toString());
    }

    /** A network of its own, on which machines see each other. */
    Lan lan() {
        Lan lan = Lan.create();
        undone.push(lan::close);
        return lan;
    }

    /** A machine on these networks that knows no way beyond them, with the program as a client would have it. */
    LanMachine machine(String name, Lan... lans) {
        return machine(name, List.of(), lans);
    }

    /** The same with more options of {@code docker run}. */
    LanMachine machine(String name, List<String> options, Lan... lans) {
        LanMachine machine = target(name, options, lans);
        machine.giveArtifacts();
        return machine;
    }

    /** A machine that is made a node from another one, and never makes one itself. */
    LanMachine target(String name, List<String> options, Lan... lans) {
        return added(LanMachine.boot(name, options, lans));
    }

    private LanMachine added(LanMachine booted) {
        LanMachine machine = booted.meshedBy(mesh);
        undone.push(machine::close);
        machine.trust(key);
        return machine;
    }

    /** Makes the nodes what they were before; {@code client} has what another one has fetched, as at first. */
    void clean(LanMachine client, String... addresses) {
        List<String> words = new ArrayList<>(List.of("clean", "--yes"));
        words.addAll(List.of(addresses));
        client.succeed(words.toArray(String[]::new));
        makeClient(client);
    }

    /** Gives a machine the key that all have, and what a client has fetched. */
    void makeClient(LanMachine machine) {
        machine.trust(key);
        machine.giveArtifacts();
    }

    /** A small disk, mounted here: the directory can be given to a machine, and is empty again when all is removed. */
    Path disk(Path directory, String size) {
        Local.run("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", directory.toString());
        undone.push(() -> Local.run("umount", directory.toString()));
        return directory;
    }

    /** The machine's only way beyond its network is through the router. */
    LanMachine behind(LanMachine router, String name, Lan lan) {
        LanMachine machine = machine(name, lan);
        machine.routeThrough(router, lan);
        return machine;
    }

    /** The same without an SSH server and without what a client has fetched: somebody sits in front of it. */
    LanMachine guestBehind(LanMachine router, String name, Lan lan) {
        LanMachine machine = added(LanMachine.bootWithoutSshServer(name, lan));
        machine.routeThrough(router, lan);
        return machine;
    }

    /**
     * A router with NAT: what comes from the inner network goes out under the router's own address, and nothing comes in
     * that no one inside has asked for.
     */
    LanMachine nat(String name, Lan inner, Lan outer) {
        LanMachine router = LanMachine.boot(name, List.of("--sysctl=net.ipv4.ip_forward=1"), inner, outer);
        undone.push(router::close);
        router.run("""
                nft -f - <<END
                table ip nat {
                    chain leaving { type nat hook postrouting priority 100; oifname "%2$s" masquerade; }
                    chain through {
                        type filter hook forward priority 0; policy drop;
                        iifname "%1$s" accept
                        iifname "%2$s" ct state established,related accept
                    }
                }
                END""".formatted(router.deviceOn(inner), router.deviceOn(outer)));
        return router;
    }

    /** Removes all of it, also what comes after something that would not go. */
    @Override
    public synchronized void close() {
        List<Throwable> problems = new ArrayList<>();
        while (!undone.isEmpty()) {
            try {
                undone.pop().run();
            } catch (RuntimeException | AssertionError problem) {
                problems.add(problem);
            }
        }
        if (!problems.isEmpty()) {
            throw new IllegalStateException("not all of the topology could be removed", problems.getFirst());
        }
    }
}
