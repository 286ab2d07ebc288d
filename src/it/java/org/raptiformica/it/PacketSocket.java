package org.raptiformica.it;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The frames of one network device, as Linux hands them out (packet(7)), each behind the header with which the kernel
 * says what it has left to do: sums and segments that nobody has made yet are made where the frame leaves for good.
 */
@SuppressWarnings("restricted")
final class PacketSocket implements AutoCloseable {

    private static final int AF_PACKET = 17;
    private static final int SOCK_RAW = 3;
    private static final short ALL_PROTOCOLS_BIG_ENDIAN = 0x0300;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVTIMEO = 20;
    private static final int SOL_PACKET = 263;
    private static final int PACKET_VNET_HDR = 15;
    private static final int PACKET_IGNORE_OUTGOING = 23;
    private static final int LARGEST = 1 << 17;
    private static final long LOOK_UP_MICROSECONDS = 200_000;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment incoming = arena.allocate(LARGEST);
    private final MethodHandle receive = call("recv", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
    private final MethodHandle transmit = call("send", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
    private final MethodHandle close = call("close", JAVA_INT, JAVA_INT);
    private final int descriptor;

    /** Listens to, and speaks on, the device. */
    PacketSocket(String device) {
        try {
            MethodHandle socket = call("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
            descriptor = (int) socket.invokeExact(AF_PACKET, SOCK_RAW, (int) ALL_PROTOCOLS_BIG_ENDIAN);
            require(descriptor >= 0, "socket");
            option(SOL_PACKET, PACKET_VNET_HDR, number(1));
            option(SOL_PACKET, PACKET_IGNORE_OUTGOING, number(1));
            MemorySegment time = arena.allocate(16);
            time.set(JAVA_LONG, 8, LOOK_UP_MICROSECONDS);
            option(SOL_SOCKET, SO_RCVTIMEO, time);
            bind(device);
        } catch (Throwable problem) {
            throw new IllegalStateException("no packet socket on " + device, problem);
        }
    }

    private void bind(String device) throws Throwable {
        MethodHandle indexOf = call("if_nametoindex", JAVA_INT, ADDRESS);
        int index = (int) indexOf.invokeExact(arena.allocateFrom(device));
        MemorySegment address = arena.allocate(20, 8);
        address.set(JAVA_SHORT, 0, (short) AF_PACKET);
        address.set(JAVA_SHORT, 2, ALL_PROTOCOLS_BIG_ENDIAN);
        address.set(JAVA_INT, 4, index);
        MethodHandle bind = call("bind", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
        require((int) bind.invokeExact(descriptor, address, (int) address.byteSize()) == 0, "bind");
    }

    private void option(int level, int name, MemorySegment value) throws Throwable {
        MethodHandle set = call("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
        require((int) set.invokeExact(descriptor, level, name, value, (int) value.byteSize()) == 0, "option " + name);
    }

    private MemorySegment number(int value) {
        return arena.allocateFrom(JAVA_INT, value);
    }

    /** The next frame; empty when none came for a moment. For one thread. */
    byte[] receive() {
        try {
            long length = (long) receive.invokeExact(descriptor, incoming, incoming.byteSize(), 0);
            return length <= 0 ? new byte[0] : incoming.asSlice(0, length).toArray(JAVA_BYTE);
        } catch (Throwable problem) {
            throw new IllegalStateException(problem);
        }
    }

    /** Sends a frame; one that the device does not take is lost, as on any wire. */
    void send(byte[] frame) {
        try (Arena once = Arena.ofConfined()) {
            MemorySegment outgoing = once.allocateFrom(JAVA_BYTE, frame);
            long sent = (long) transmit.invokeExact(descriptor, outgoing, (long) frame.length, 0);
            if (sent >= 0) {
                require(sent == frame.length, "send");
            }
        } catch (Throwable problem) {
            throw new IllegalStateException(problem);
        }
    }

    @Override
    public void close() {
        try {
            require((int) close.invokeExact(descriptor) == 0, "close");
        } catch (Throwable problem) {
            throw new IllegalStateException(problem);
        }
        arena.close();
    }

    private static void require(boolean done, String what) {
        if (!done) {
            throw new IllegalStateException(what + " failed");
        }
    }

    private static MethodHandle call(String name, MemoryLayout result, MemoryLayout... arguments) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(result, arguments));
    }
}
