package org.raptiformica.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.raptiformica.cluster.api.SocketChannelToAgent;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code ask}: passes one request from standard input to the agent of this machine; how clients reach it through SSH. */
final class AskVerb implements Verb {

    private static final Duration LIMIT = Duration.ofMinutes(5);

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "ask",
                "Passes a request in JSON from standard input to this node's agent and prints the answer.",
                "echo '{\"do\":\"status\",\"with\":{}}' | raptiformica ask");
        spec.usageMessage().hidden(true);
        return spec;
    }

    @Override
    public int run(ParseResult arguments, Session session) {
        try {
            String request = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
            String answer = new SocketChannelToAgent(session.node().agentSocket()).exchange(request.strip(), LIMIT);
            session.console().say(answer.strip());
            return ExitCode.OK.number();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
