package org.raptiformica.agent.lan;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.raptiformica.host.OwnAddresses;

/**
 * Hears calls on all real interfaces, over one version of IP. What is none is passed over in silence, and whatever comes,
 * four datagrams a second at most are looked at.
 */
public final class Ear {

    private static final Duration REST = Duration.ofMillis(250);

    /** Before it is tried again where it cannot listen at all. */
    private static final Duration PAUSE = Duration.ofMinutes(1);

    private final Group group;
    private final BiConsumer<Call, InetAddress> hearer;
    private final ByteBuffer datagram = ByteBuffer.allocate(Call.MOST_BYTES + 1);
    private Optional<DatagramChannel> open = Optional.empty();

    private Ear(Group group, BiConsumer<Call, InetAddress> hearer) {
        this.group = group;
        this.hearer = hearer;
    }

    /** One for each version of IP. */
    public static List<Ear> all(KnownCallers callers) {
        return Arrays.stream(Group.values())
                .map(group -> new Ear(group, callers::called))
                .toList();
    }

    /** Runs until the thread is interrupted. */
    public void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                listen();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** Listens on the interfaces that there are now: membership of a group is of an interface, and ends with it. */
    public synchronized void renew() {
        open.ifPresent(Ear::close);
    }

    private void listen() throws InterruptedException {
        try (DatagramChannel channel = begin()) {
            while (true) {
                hear(channel);
                Thread.sleep(REST);
            }
        } catch (ClosedByInterruptException stopped) {
            Thread.currentThread().interrupt();
        } catch (ClosedChannelException renewed) {
            // With those that there are now.
        } catch (IOException | UncheckedIOException cannot) {
            Thread.sleep(PAUSE);
        }
    }

    private synchronized DatagramChannel begin() throws IOException {
        DatagramChannel channel = group.listen(OwnAddresses.lanInterfaces());
        open = Optional.of(channel);
        return channel;
    }

    private void hear(DatagramChannel channel) throws IOException {
        if (channel.receive(datagram.clear()) instanceof InetSocketAddress source) {
            byte[] content = new byte[datagram.flip().remaining()];
            datagram.get(content);
            Call.read(content).ifPresent(call -> hearer.accept(call, source.getAddress()));
        }
    }

    private static void close(DatagramChannel channel) {
        try {
            channel.close();
        } catch (IOException closed) {
            // It is.
        }
    }

    /** Which one, for names of threads. */
    @Override
    public String toString() {
        return group.name();
    }
}
