package org.raptiformica.agent.lan;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;
import org.raptiformica.agent.node.Log;
import org.raptiformica.agent.node.NodeRecord;
import org.raptiformica.failure.Failure;
import org.raptiformica.host.OwnAddresses;
import org.raptiformica.mesh.MeshSettings;

/**
 * Calls on the local network every five seconds for as long as this node is alone, from each address that it has there.
 * Nothing is sent before the first five seconds are over: they are enough to dial.
 */
public final class Caller {

    private static final Duration PAUSE = Duration.ofSeconds(5);

    private final Solitude solitude;
    private final Supplier<Optional<NodeRecord>> self;
    private final Runnable before;
    private final Log log;

    /**
     * @param self what this node was told to be
     * @param before run once whenever it begins to call
     */
    public Caller(Solitude solitude, Supplier<Optional<NodeRecord>> self, Runnable before, Log log) {
        this.solitude = solitude;
        this.self = self;
        this.before = before;
        this.log = log;
    }

    /** Runs until the thread is interrupted. */
    public void run() {
        try {
            while (true) {
                solitude.await();
                Thread.sleep(PAUSE);
                callWhileAlone();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void callWhileAlone() throws InterruptedException {
        if (!solitude.isNow()) {
            return;
        }
        log.info("no link to any node: calls on the local network");
        before.run();
        while (solitude.isNow()) {
            call();
            Thread.sleep(PAUSE);
        }
    }

    private void call() {
        try {
            self.get()
                    .map(it -> new Call(it.publicKey(), MeshSettings.DEFAULT_PORT).bytes())
                    .ifPresent(Caller::send);
        } catch (Failure | UncheckedIOException notNow) {
            // The reconcilers say so.
        }
    }

    private static void send(byte[] datagram) {
        OwnAddresses own = OwnAddresses.now();
        OwnAddresses.lanInterfaces()
                .forEach(link -> link.inetAddresses().filter(own::has).forEach(from -> send(link, from, datagram)));
    }

    private static void send(NetworkInterface link, InetAddress from, byte[] datagram) {
        Arrays.stream(Group.values()).filter(group -> group.suits(from)).forEach(group -> {
            try {
                group.send(link, from, datagram);
            } catch (IOException | UnsupportedOperationException notOut) {
                // The address or the link went away; there is a next time.
            }
        });
    }
}
