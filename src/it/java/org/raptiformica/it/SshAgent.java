package org.raptiformica.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** An SSH agent that holds a key of which there is no file any more. */
record SshAgent(Process process, String socket) implements AutoCloseable {

    /** Starts one; nothing of it is left in the directory but its socket, which goes with it. */
    static SshAgent withAKey(Path directory) throws IOException {
        Path socket = directory.resolve("agent");
        Process process = new ProcessBuilder("ssh-agent", "-D", "-a", socket.toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        Eventually.within(Duration.ofSeconds(5), "the agent's socket", () -> Files.exists(socket));
        Path key = directory.resolve("key");
        Local.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key.toString());
        Local.run("env", "SSH_AUTH_SOCK=" + socket, "ssh-add", "-q", key.toString());
        Files.delete(key);
        Files.delete(directory.resolve("key.pub"));
        return new SshAgent(process, socket.toString());
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
