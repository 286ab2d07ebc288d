package org.raptiformica.it;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * A cable between two machines that takes its time and loses a part of what it carries, the same in each run. The kernel
 * here has no netem: frames go through this process.
 */
final class SlowLink implements AutoCloseable {

    private static final long SEED = 1;

    /** What the cable carries, and when it is through. */
    private record Frame(ByteBuffer bytes, long due) {}

    private final String left;
    private final String right;
    private final List<PacketSocket> ends;
    private final List<Thread> threads;
    private volatile boolean open = true;

    /**
     * Plugs a device {@code slow0} into each of the machines.
     *
     * @param delay each way
     * @param lost of a hundred frames, in each direction
     */
    SlowLink(LanMachine one, String oneAddress, LanMachine other, String otherAddress, Duration delay, int lost) {
        String id = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
        left = "rs" + id + "l";
        right = "rs" + id + "r";
        plug(one, left, oneAddress);
        plug(other, right, otherAddress);
        ends = List.of(new PacketSocket(left), new PacketSocket(right));
        BlockingQueue<Frame> there = new LinkedBlockingQueue<>();
        BlockingQueue<Frame> back = new LinkedBlockingQueue<>();
        threads = List.of(
                Thread.ofPlatform().start(() -> take(ends.getFirst(), there, delay, lost)),
                Thread.ofPlatform().start(() -> take(ends.getLast(), back, delay, lost)),
                Thread.ofPlatform().start(() -> give(there, ends.getLast())),
                Thread.ofPlatform().start(() -> give(back, ends.getFirst())));
    }

    private static void plug(LanMachine machine, String here, String address) {
        String there = here + "m";
        Local.run("ip", "link", "add", here, "type", "veth", "peer", "name", there);
        Local.run(
                "ip", "link", "set", there, "netns", Docker.run("inspect", "--format", "{{.State.Pid}}", machine.id()));
        Local.run("ip", "link", "set", here, "up");
        machine.run("ip link set " + there + " name slow0 && ip link set slow0 up && ip addr add " + address
                + " dev slow0");
    }

    private void take(PacketSocket from, BlockingQueue<Frame> queue, Duration delay, int lost) {
        Random luck = new Random(SEED);
        while (open) {
            byte[] bytes = from.receive();
            if (bytes.length > 0 && luck.nextInt(100) >= lost) {
                queue.add(new Frame(ByteBuffer.wrap(bytes), System.nanoTime() + delay.toNanos()));
            }
        }
    }

    private void give(BlockingQueue<Frame> queue, PacketSocket to) {
        try {
            while (open) {
                Frame frame = queue.poll(200, TimeUnit.MILLISECONDS);
                if (frame != null) {
                    TimeUnit.NANOSECONDS.sleep(frame.due() - System.nanoTime());
                    to.send(frame.bytes().array());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        open = false;
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the link is left to itself", e);
        }
        ends.forEach(PacketSocket::close);
        Local.run("ip", "link", "del", left);
        Local.run("ip", "link", "del", right);
    }
}
