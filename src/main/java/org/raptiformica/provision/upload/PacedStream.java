package org.raptiformica.provision.upload;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;

/**
 * Sends no more ahead than keeps the way to a machine busy. A program that does not read as fast as the network brings has its
 * SSH server keep up to 2 MiB for it; OpenSSH's makes room for each packet by copying all it keeps, which costs more than
 * the whole rest of the transfer where fresh memory is dear, as in some virtual machines.
 *
 * <p>Ahead may be twice what the way holds, {@code rate × shortest delay} (BBR, Cardwell et al., 2016), and always
 * {@link #LEAST}. Nothing is held back once it is known that the machine does not tell what it has taken.
 *
 * <p>One thread writes, another tells.
 */
final class PacedStream extends FilterOutputStream {

    /** What may always be ahead, in bytes: some ten packets of SSH, which it does not mind to keep. */
    static final int LEAST = 512 * 1024;

    private static final Duration SILENCE = Duration.ofSeconds(10);
    private static final int PIECE = 64 * 1024;

    private final LongSupplier nanoTime;
    private final Deque<Sent> underWay = new ArrayDeque<>();
    private boolean free;
    private boolean heard;
    private long begin;
    private long sent;
    private long taken;
    private long window = LEAST;
    private long shortestDelay = Long.MAX_VALUE;

    PacedStream(OutputStream out) {
        this(out, System::nanoTime);
    }

    PacedStream(OutputStream out, LongSupplier nanoTime) {
        super(out);
        this.nanoTime = nanoTime;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    /** Waits while too much is ahead. */
    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        for (int done = 0; done < length; done += PIECE) {
            int piece = Math.min(PIECE, length - done);
            awaitRoom(piece);
            out.write(bytes, from + done, piece);
        }
    }

    /** The machine has taken this many bytes, counted from the first. */
    synchronized void taken(long bytes) {
        heard = true;
        taken = Math.max(taken, Math.min(bytes, sent));
        long now = nanoTime.getAsLong();
        while (!underWay.isEmpty() && underWay.getFirst().upTo <= taken) {
            shortestDelay = Math.min(shortestDelay, now - underWay.removeFirst().at);
        }
        if (shortestDelay != Long.MAX_VALUE && now > begin) {
            double rate = (double) taken / (now - begin);
            window = Math.max(LEAST, Math.round(2 * rate * shortestDelay));
        }
        notifyAll();
    }

    /** The machine will not tell what it takes. */
    synchronized void untold() {
        free = true;
        underWay.clear();
        notifyAll();
    }

    private synchronized void awaitRoom(int length) throws IOException {
        if (free) {
            return;
        }
        if (sent == 0) {
            begin = nanoTime.getAsLong();
        }
        while (!free && sent + length - taken > window) {
            try {
                wait(SILENCE.toMillis());
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted");
            }
            if (!heard) {
                untold();
            }
        }
        sent += length;
        underWay.addLast(new Sent(sent, nanoTime.getAsLong()));
    }

    /** @param upTo the bytes sent so far, counted from the first */
    private record Sent(long upTo, long at) {}
}
