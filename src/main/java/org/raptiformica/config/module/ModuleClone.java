package org.raptiformica.config.module;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.raptiformica.failure.BadData;
import org.raptiformica.failure.Failure;
import org.raptiformica.failure.PrerequisiteMissing;
import org.raptiformica.failure.StepFailed;
import org.raptiformica.host.Command;
import org.raptiformica.host.Git;
import org.raptiformica.host.Host;
import org.raptiformica.host.Outcome;
import org.raptiformica.host.ShellWords;

/** Clones modules. */
final class ModuleClone {

    private static final Duration NETWORK_LIMIT = Duration.ofMinutes(10);
    private static final int NO_SUCH_PROGRAM = 127;

    private final Host host;

    ModuleClone(Host host) {
        this.host = host;
    }

    /** Clones the source into a directory that is not there yet, at its tag or commit. */
    Origin cloneInto(ModuleSource source, Path directory) {
        Outcome cloned = run(source, "clone", "--quiet", "--", source.url(), directory.toString());
        if (!cloned.ok()) {
            throw whyNotCloned(source, cloned);
        }
        String commit = commit(source, directory);
        check(source, run(source, "-C", directory.toString(), "checkout", "--quiet", "--detach", commit));
        if (Files.exists(directory.resolve(".gitmodules"))) {
            check(
                    source,
                    run(source, "-C", directory.toString(), "submodule", "--quiet", "update", "--init", "--recursive"));
        }
        return new Origin(source.url(), source.ref(), commit);
    }

    private String commit(ModuleSource source, Path directory) {
        Stream<String> candidates =
                source.ref().map(ref -> Stream.of(ref, "origin/" + ref)).orElseGet(() -> Stream.of("HEAD"));
        return candidates
                .map(name ->
                        run(source, "-C", directory.toString(), "rev-parse", "--verify", "--quiet", name + "^{commit}"))
                .filter(Outcome::ok)
                .findFirst()
                .map(found -> found.out().strip())
                .orElseThrow(() -> new BadData(
                        source.url(),
                        source.ref()
                                .map(ref -> "has no tag, branch or commit " + ref)
                                .orElse("has no commit yet"),
                        "Name one that is in the repository, or none for its default branch."));
    }

    /** Where a clone came from; nothing when the directory itself is none. */
    Optional<Origin> origin(Path directory) {
        if (!Files.exists(directory.resolve(".git"))) {
            return Optional.empty();
        }
        Outcome url = host.run(Git.command("-C", directory.toString(), "remote", "get-url", "origin"));
        Outcome commit = host.run(Git.command("-C", directory.toString(), "rev-parse", "HEAD"));
        return url.ok() && commit.ok()
                ? Optional.of(new Origin(
                        url.out().strip().replaceFirst("^(https?://)[^/@]+@", "$1"),
                        Optional.empty(),
                        commit.out().strip()))
                : Optional.empty();
    }

    private Outcome run(ModuleSource source, String... arguments) {
        Command command = Git.command(arguments).withLimit(NETWORK_LIMIT);
        return host.run(source.authorization()
                .map(header -> authorized(command, source, header))
                .orElse(command));
    }

    /**
     * As a header for this server alone: a password on git's command line could be seen by everyone on the machine. This
     * variable is the one in which git hands {@code -c} on to its children, and all versions read it; those before 2.31, as
     * Debian 11 has, know no GIT_CONFIG_COUNT and would ask without the password.
     */
    private static Command authorized(Command command, ModuleSource source, String header) {
        URI server = URI.create(source.url()).resolve("/");
        String setting = "http." + server + ".extraHeader=Authorization: " + header;
        return command.withEnvironment("GIT_CONFIG_PARAMETERS", ShellWords.quote(setting));
    }

    private static void check(ModuleSource source, Outcome outcome) {
        if (!outcome.ok()) {
            throw whyNotCloned(source, outcome);
        }
    }

    private static Failure whyNotCloned(ModuleSource source, Outcome outcome) {
        if (outcome.exitCode() == NO_SUCH_PROGRAM) {
            return new PrerequisiteMissing("git", "is not installed", "Install git (Debian: apt-get install git).");
        }
        String said = outcome.err();
        if (said.contains("terminal prompts disabled") || said.contains("Authentication failed")) {
            return new BadData(
                    source.toString(),
                    "does not exist, or asks for a password",
                    "Check the name; for a private repository use its SSH address, or a git credential helper.");
        }
        if (said.contains("Permission denied (publickey") || said.contains("Host key verification failed")) {
            return new BadData(
                    source.toString(),
                    "cannot be reached by SSH: " + lastLineOf(said, "Permission|Host key"),
                    "See to it that `git ls-remote " + source.url() + "` works without asking anything.");
        }
        if (said.contains("not found") || said.contains("does not exist") || said.contains("does not appear to be")) {
            return new BadData(source.toString(), "there is no such repository", "Check the name or path.");
        }
        return new StepFailed(
                source.toString(),
                "cannot be cloned: " + lastLineOf(said, "fatal|error"),
                "Mend that and install again.");
    }

    private static String lastLineOf(String said, String beginning) {
        return said.lines()
                .filter(line -> line.matches(".*(" + beginning + ").*"))
                .reduce((first, last) -> first)
                .orElse("git says nothing")
                .replaceFirst("^(fatal|error): ", "");
    }
}
