package org.raptiformica.host;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Git as a program needs it: it asks nobody anything and waits for no server that says nothing. */
public final class Git {

    /** Without what a surrounding git, whose hook may have started this program, tells its children. */
    private static final List<String> WORDS =
            List.of("env", "-u", "GIT_DIR", "-u", "GIT_WORK_TREE", "-u", "GIT_INDEX_FILE", "git");

    private Git() {}

    /** The command of these arguments; exit code 127 where there is no git. What the user set for SSH is kept. */
    public static Command command(String... arguments) {
        return Command.of(Stream.concat(WORDS.stream(), Stream.of(arguments)).toList())
                .withEnvironment("LC_ALL", "C")
                .withEnvironment("GIT_TERMINAL_PROMPT", "0")
                .withEnvironment("GIT_HTTP_LOW_SPEED_LIMIT", "1")
                .withEnvironment("GIT_HTTP_LOW_SPEED_TIME", "30")
                .withEnvironment("GIT_ASKPASS", "")
                .withEnvironment("SSH_ASKPASS_REQUIRE", "never")
                .withEnvironment("GIT_SSH_COMMAND", ssh());
    }

    private static String ssh() {
        return Optional.ofNullable(System.getenv("GIT_SSH_COMMAND")).orElse("ssh") + " -o BatchMode=yes";
    }
}
