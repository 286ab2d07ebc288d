package org.raptiformica.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.raptiformica.failure.PrerequisiteMissing;
import org.raptiformica.host.ShellWords;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code ssh}: logs in to a node, or runs one command there. */
final class SshVerb implements Verb {

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "ssh",
                "Logs in to a node: the one that is named, else the first that answers. The exit code is that of the remote"
                        + " command.",
                "raptiformica ssh",
                "raptiformica ssh 4f2a                      by name, address, or the beginning of one",
                "raptiformica ssh 4f2a consul members       runs a command there",
                "raptiformica ssh --info-only               prints the ssh command line");
        spec.addPositional(Options.argument(
                "MACHINE [COMMAND]",
                "0..*",
                "Which node (default: the first that answers), and what to run there (default: a shell)."));
        spec.addOption(Options.flag("Prints the ssh command line and does nothing.", "--info-only", "--only-info"));
        spec.parser().stopAtPositional(true);
        return spec;
    }

    @Override
    public int run(ParseResult arguments, Session session) {
        List<String> words = arguments.matchedPositionals().stream()
                .flatMap(positional -> positional.originalStringValues().stream())
                .toList();
        Optional<String> machine = words.stream().findFirst();
        List<String> remote = words.isEmpty() ? List.of() : words.subList(1, words.size());
        List<String> command = session.login().command(machine, remote);
        if (Options.given(arguments, "--info-only")) {
            return print(session, command);
        }
        return exec(command);
    }

    private static int print(Session session, List<String> command) {
        if (session.format() == OutputFormat.JSON) {
            JsonArray words = new JsonArray();
            command.forEach(words::add);
            JsonObject json = new JsonObject();
            json.add("command", words);
            session.console().json(json);
        } else {
            session.console().say(ShellWords.join(command));
        }
        return ExitCode.OK.number();
    }

    private static int exec(List<String> command) {
        Process ssh;
        try {
            ssh = new ProcessBuilder(command).inheritIO().start();
        } catch (IOException e) {
            throw new PrerequisiteMissing(
                    "this machine", "ssh cannot be run: " + e.getMessage(), "Install the OpenSSH client.");
        }
        try {
            return ssh.waitFor();
        } catch (InterruptedException e) {
            ssh.destroy();
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        }
    }
}
