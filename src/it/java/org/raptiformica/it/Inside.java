package org.raptiformica.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.raptiformica.cluster.api.AgentClient;
import org.raptiformica.cluster.api.SocketChannelToAgent;

/**
 * A running container looked at without Docker, whose `exec` takes many times what the questions take that a test asks again and
 * again.
 */
final class Inside {

    private static final List<String> AS_ROOT =
            List.of("env", "-i", "HOME=/root", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");

    private final String container;
    private volatile Path process = Path.of("/nonexistent");

    Inside(String container) {
        this.container = container;
    }

    /** The container's files, seen from here; another place after each start of it. */
    Path root() {
        return process().resolve("root");
    }

    /** The agent in it, asked without SSH and without a new process. */
    AgentClient agent() {
        return new AgentClient(new SocketChannelToAgent(root().resolve("run/raptiformica/agent.sock")));
    }

    /** Whether a shell command succeeds in it. For questions: it runs with more rights than what runs in the container. */
    boolean does(String command) {
        return asked("if " + command + " >/dev/null 2>&1; then echo yes; else echo no; fi")
                .endsWith("yes");
    }

    /** What a shell command prints in it that has to succeed; a question, too. */
    String asked(String command) {
        List<String> words = new ArrayList<>(
                List.of("nsenter", "--target", String.valueOf(process().getFileName())));
        words.addAll(List.of("--mount", "--uts", "--ipc", "--net", "--pid"));
        words.addAll(AS_ROOT);
        words.addAll(List.of("sh", "-c", command));
        return Local.said(words);
    }

    private Path process() {
        if (!Files.exists(process)) {
            process = Path.of("/proc", Docker.run("inspect", "--format", "{{.State.Pid}}", container));
            assertThat(process)
                    .as("the first process of container " + container)
                    .exists();
        }
        return process;
    }
}
