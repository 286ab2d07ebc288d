package org.raptiformica.config.module;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.raptiformica.host.Command;
import org.raptiformica.host.LocalHost;
import org.raptiformica.host.Outcome;

/** A git repository with a module in it. */
record Repository(Path path) {

    static Repository at(Path path) {
        Repository repository = new Repository(path);
        // Without the templates, which are a dozen sample hooks.
        git("init", "--quiet", "--template=", path.toString());
        // Not --initial-branch, which git knows since 2.28.
        git("-C", path.toString(), "symbolic-ref", "HEAD", "refs/heads/main");
        return repository;
    }

    /** Commits one file; the commit's hash is the answer. */
    String commit(String file, String content) {
        try {
            Files.createDirectories(path.resolve(file).getParent());
            Files.writeString(path.resolve(file), content);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        inside("add", "--all");
        inside("commit", "--quiet", "--message=change");
        return head();
    }

    /** Read and not asked for, which would be a process more for each commit. */
    private String head() {
        try {
            return Files.readString(path.resolve(".git/refs/heads/main")).strip();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** The same repository in another place. */
    Repository copiedTo(Path place) {
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.toList()) {
                Path copy = place.resolve(path.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return new Repository(place);
    }

    String inside(String... arguments) {
        List<String> words = new ArrayList<>(List.of(
                "-C",
                path.toString(),
                "-c",
                "user.name=T",
                "-c",
                "user.email=t@example.org",
                "-c",
                "commit.gpgsign=false",
                // Nothing of these lasts: no tidying up after each commit, and no waiting for the disk.
                "-c",
                "maintenance.auto=false",
                "-c",
                "core.fsync=none"));
        words.addAll(List.of(arguments));
        return git(words.toArray(String[]::new));
    }

    static String git(String... arguments) {
        List<String> words = new ArrayList<>(List.of("env", "-u", "GIT_DIR", "-u", "GIT_WORK_TREE", "git"));
        words.addAll(List.of(arguments));
        Outcome outcome = new LocalHost().run(Command.of(words));
        assertThat(outcome.ok())
                .as("git %s: %s", String.join(" ", arguments), outcome.err())
                .isTrue();
        return outcome.out().strip();
    }
}
