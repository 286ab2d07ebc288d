package org.raptiformica.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.raptiformica.config.CacheFiles;
import org.raptiformica.config.NodePaths;
import org.raptiformica.failure.StepFailed;

/** The right to be the agent of this machine: two would take each other's socket away. It ends with the process. */
record AgentLock(FileChannel channel) implements AutoCloseable {

    static AgentLock take(NodePaths paths) {
        Path file = paths.run().resolve("agent.lock");
        try {
            CacheFiles.makeDirectory(paths.run());
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (channel.tryLock() == null) {
                channel.close();
                throw new StepFailed(
                        "the agent of this machine",
                        "another one runs already",
                        "`raptiformica agent --ensure` starts it anew where that is needed.");
            }
            return new AgentLock(channel);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
