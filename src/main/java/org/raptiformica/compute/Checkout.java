package org.raptiformica.compute;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.raptiformica.config.CacheFiles;
import org.raptiformica.failure.PrerequisiteMissing;
import org.raptiformica.failure.StepFailed;
import org.raptiformica.host.Command;
import org.raptiformica.host.Git;
import org.raptiformica.host.LineListener;
import org.raptiformica.host.LocalHost;
import org.raptiformica.host.Outcome;

/** Making and removing the directory that an instance is bound to. */
final class Checkout {

    private static final Duration LIMIT = Duration.ofMinutes(10);

    private final LocalHost host = new LocalHost();
    private final Path program;

    Checkout(Path program) {
        this.program = program;
    }

    /**
     * Makes {@code target} of a source: a plain directory is copied, anything else is git's. The target is there when it
     * is whole, not before.
     */
    void make(String source, Path target, LineListener live) throws IOException {
        Path work = partial(target);
        Path local = program.resolve(source);
        if (!Files.isDirectory(local)) {
            cloneWithGit(source, work, live);
        } else if (isRepository(local)) {
            cloneWithGit(local.toString(), work, live);
        } else {
            copy(local, work, live);
        }
        Files.move(work, target, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Where a checkout is while it is made or removed. */
    private static Path partial(Path checkout) {
        return checkout.resolveSibling("." + checkout.getFileName() + ".partial");
    }

    private static boolean isRepository(Path directory) {
        boolean bare =
                Files.isRegularFile(directory.resolve("HEAD")) && Files.isDirectory(directory.resolve("objects"));
        return bare || Files.exists(directory.resolve(".git"));
    }

    private void cloneWithGit(String source, Path target, LineListener live) {
        Outcome outcome = host.run(
                Git.command("clone", "--quiet", "--", source, target.toString()).withLimit(LIMIT), live);
        if (outcome.exitCode() == 127) {
            throw new PrerequisiteMissing(
                    "git",
                    "is not installed on this machine",
                    "Install it (Debian and Ubuntu: apt-get install git), then run the command again.");
        }
        if (!outcome.ok()) {
            String reason = outcome.err()
                    .lines()
                    .filter(line -> line.startsWith("fatal: "))
                    .findFirst()
                    .orElse(outcome.err().strip());
            throw new StepFailed(
                    source,
                    "could not be cloned: " + reason,
                    "See that `git clone %s` works on this machine.".formatted(source));
        }
    }

    /**
     * Not by this process: while it had a file open to write, any other thread that starts a program hands the open file on to
     * it for a moment, and to run a file that somebody has open to write is refused ("Text file busy").
     */
    private void copy(Path from, Path to, LineListener live) throws IOException {
        Files.createDirectories(to.toAbsolutePath().getParent());
        Outcome outcome = host.run(
                Command.of("cp", "-R", "-P", "-p", "--", from.toString(), to.toString())
                        .withLimit(LIMIT),
                live);
        if (!outcome.ok()) {
            throw new StepFailed(
                    from.toString(),
                    "could not be copied: " + outcome.err().strip(),
                    "See that there is space below %s and that the files may be read."
                            .formatted(to.toAbsolutePath().getParent()));
        }
    }

    /** Removes a checkout, whole or partial. Cut short, it leaves a partial one, which nobody takes for a whole one. */
    static void remove(Path checkout) throws IOException {
        CacheFiles.deleteTree(partial(checkout));
        if (Files.exists(checkout)) {
            Files.move(checkout, partial(checkout), StandardCopyOption.ATOMIC_MOVE);
            CacheFiles.deleteTree(partial(checkout));
        }
    }
}
