package org.raptiformica.mesh;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A thread of this JVM in a network namespace: the sockets that it opens are there. */
public final class InsideNamespace implements AutoCloseable {

    private static final int CLONE_NEWNET = 0x4000_0000;

    private final ExecutorService thread;

    /** Moves a new thread there. */
    public InsideNamespace(NamespaceHost host) {
        thread = Executors.newSingleThreadExecutor();
        call(() -> {
            enter("/run/netns/" + host.name());
            return true;
        });
    }

    /** Does something there; an exception of it is thrown as it is. */
    public <T> T call(Callable<T> work) {
        Future<T> result = thread.submit(work);
        try {
            return result.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException thrown) {
                throw thrown;
            }
            throw new IllegalStateException(failed.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    @SuppressWarnings("restricted")
    private static void enter(String namespace) throws Exception {
        Linker linker = Linker.nativeLinker();
        FunctionDescriptor open =
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
        FunctionDescriptor setns =
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
        FunctionDescriptor close = FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
        try (Arena arena = Arena.ofConfined()) {
            int file = (int) linker.downcallHandle(linker.defaultLookup().findOrThrow("open"), open)
                    .invokeExact(arena.allocateFrom(namespace), 0);
            int entered = (int) linker.downcallHandle(linker.defaultLookup().findOrThrow("setns"), setns)
                    .invokeExact(file, CLONE_NEWNET);
            int closed = (int) linker.downcallHandle(linker.defaultLookup().findOrThrow("close"), close)
                    .invokeExact(file);
            if (entered != 0 || closed != 0) {
                throw new IllegalStateException("no way into " + namespace);
            }
        } catch (Exception problem) {
            throw problem;
        } catch (Throwable problem) {
            throw new IllegalStateException(problem);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
