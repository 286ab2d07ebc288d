package org.raptiformica.cluster.api;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import org.raptiformica.failure.NoCluster;
import org.raptiformica.failure.StepFailed;

/** The direct way: the agent's UNIX socket is a file here, because this machine is a node or because SSH forwards it. */
public final class SocketChannelToAgent implements Channel {

    private final String name;
    private final Path socket;

    /** A channel to this machine's agent, which listens at the given path. */
    public SocketChannelToAgent(Path socket) {
        this("this machine", socket);
    }

    /** A channel to the agent of the machine of this name. */
    SocketChannelToAgent(String name, Path socket) {
        this.name = name;
        this.socket = socket;
    }

    @Override
    public String name() {
        return name;
    }

    /** Whether there is a socket at all; an agent need not listen on it. */
    public boolean present() {
        return Files.exists(socket);
    }

    @Override
    public String exchange(String line, Duration limit) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            Thread watchdog = Thread.ofVirtual().start(() -> closeAfter(channel, limit));
            try {
                return converse(channel, line);
            } finally {
                watchdog.interrupt();
            }
        } catch (IOException e) {
            throw unanswered(e);
        }
    }

    private static String converse(SocketChannel channel, String line) throws IOException {
        ByteBuffer request = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
        while (request.hasRemaining()) {
            channel.write(request);
        }
        channel.shutdownOutput();
        return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
    }

    private static void closeAfter(SocketChannel channel, Duration limit) {
        try {
            Thread.sleep(limit);
            channel.close();
        } catch (InterruptedException | IOException answered) {
            Thread.currentThread().interrupt();
        }
    }

    private RuntimeException unanswered(IOException e) {
        if (e instanceof ClosedByInterruptException) {
            CancellationException cancelled = new CancellationException("interrupted: asking the agent on " + name);
            cancelled.initCause(e);
            return cancelled;
        }
        if (e instanceof ClosedChannelException) {
            return new StepFailed(
                    "agent on " + name,
                    "it did not answer in time",
                    "Look into /var/log/raptiformica/agent.log; `raptiformica agent --ensure` starts it again.");
        }
        return new NoCluster(
                "agent on " + name,
                "nothing listens on " + socket + " (" + e.getMessage() + ")",
                "Start it with `raptiformica agent --ensure`, or make this machine a node with `raptiformica slave`.");
    }
}
